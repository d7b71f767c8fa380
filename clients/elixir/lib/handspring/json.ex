defmodule Handspring.Json do
  @moduledoc false
  # The JSON library that there is: Elixir's own from 1.18 on, Jason, or jiffy, which Debian has beside older ones.
  # `config :handspring, json: Module` names another.

  @known [JSON, Jason, :jiffy]

  @spec decode(binary(), module()) :: {:ok, term()} | :error
  def decode(text, codec \\ codec())

  def decode(text, :jiffy) do
    {:ok, :jiffy.decode(text, [:return_maps, :use_nil])}
  catch
    _kind, _reason -> :error
  end

  def decode(text, codec) do
    with {:error, _reason} <- codec.decode(text), do: :error
  end

  @spec encode(String.t(), module()) :: iodata()
  def encode(text, codec \\ codec())
  def encode(text, :jiffy), do: :jiffy.encode(text)
  def encode(text, codec), do: codec.encode!(text)

  @spec codec([module()]) :: module()
  def codec(known \\ @known) do
    with nil <- Application.get_env(:handspring, :json),
         nil <- Enum.find(known, &Code.ensure_loaded?/1) do
      raise "Handspring reads JSON with #{Enum.map_join(known, ", ", &inspect/1)}, of which there is none"
    end
  end
end
