defmodule Handspring.ModelInfo do
  @moduledoc """
  The model behind a server: its `name`, the `dimensions` of its vectors, and the `modalities` that there is a tower for, such as
  `"image"` and `"text"`, in alphabetical order.
  """

  @enforce_keys [:name, :dimensions, :modalities]
  defstruct [:name, :dimensions, :modalities]

  @type t :: %__MODULE__{name: String.t(), dimensions: pos_integer(), modalities: [String.t()]}
end
