defmodule Handspring.Client do
  @moduledoc "A server and how it is asked. `Handspring.new/2` makes one; it is data, and needs no process."

  @enforce_keys [:url]
  defstruct [:url, :token, timeout: 60_000, attempts: 5, ssl: []]

  @type t :: %__MODULE__{
          url: String.t(),
          token: String.t() | nil,
          timeout: pos_integer(),
          attempts: pos_integer(),
          ssl: keyword()
        }

  @doc false
  @spec new(String.t(), keyword()) :: t()
  def new(url, options) do
    client = struct!(__MODULE__, [{:url, String.trim_trailing(url, "/")} | options])

    unless URI.parse(url).scheme in ["http", "https"],
      do: wrong("url", "an address such as http://localhost:8080", url)

    for key <- [:timeout, :attempts], value = Map.fetch!(client, key) do
      unless is_integer(value) and value > 0, do: wrong(key, "1 or more", value)
    end

    client
  end

  defp wrong(name, expected, value) do
    raise ArgumentError, "#{name}: expected #{expected}, received #{inspect(value)}"
  end
end
