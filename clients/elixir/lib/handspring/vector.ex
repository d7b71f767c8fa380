defmodule Handspring.Vector do
  @moduledoc false

  @type t :: [float()] | binary()
  @type form :: :list | :binary

  @spec from_bytes(binary(), form()) :: t()
  def from_bytes(bytes, :list), do: for(<<number::float-32-little <- bytes>>, do: number)

  def from_bytes(bytes, :binary),
    do: for(<<number::32-little <- bytes>>, into: <<>>, do: <<number::32-native>>)

  @spec from_numbers([number()], form()) :: t()
  def from_numbers(numbers, :list), do: Enum.map(numbers, &(&1 * 1.0))

  def from_numbers(numbers, :binary),
    do: for(number <- numbers, into: <<>>, do: <<number::float-32-native>>)

  @spec form(keyword()) :: form()
  def form(options) do
    case Keyword.get(options, :as, :list) do
      form when form in [:list, :binary] -> form
      other -> raise ArgumentError, "as: expected :list or :binary, received #{inspect(other)}"
    end
  end
end
