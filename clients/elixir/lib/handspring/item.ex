defmodule Handspring.Item do
  @moduledoc false
  # Items as the service reads them, in portions of one request each.

  alias Handspring.{Error, Json}

  # The server batches across requests: more would gain nothing, and a lost one costs more.
  @max_items 64
  # Characters of files in base64 and texts after which a request takes no further item; a single larger one goes alone.
  @max_size 8 * 1024 * 1024

  @type t ::
          String.t()
          | {:image, binary()}
          | {:image_file, Path.t()}
          | {:audio, binary()}
          | {:audio_file, Path.t()}

  @typedoc "Places and JSON of the items of one request; of each its only key and value, as in `\"text\":\"a cat\"`."
  @type portion :: [{non_neg_integer(), iodata()}, ...]

  @doc """
  Each portion is made when it is asked for, so that a list of many paths is not many files in memory.

  Raises `Handspring.Error` for a file that cannot be read, `ArgumentError` for what is no item.
  """
  @spec portions(Enumerable.t()) :: Enumerable.t()
  def portions(items) do
    items
    |> Stream.with_index()
    |> Stream.map(fn {item, index} -> {index, to_json(item, index)} end)
    |> Stream.chunk_while({[], 0}, &add/2, &finish/1)
  end

  defp add({_index, json} = item, {portion, size}) do
    more = size + IO.iodata_length(json)

    if portion != [] and (length(portion) == @max_items or more > @max_size),
      do: {:cont, Enum.reverse(portion), {[item], more - size}},
      else: {:cont, {[item | portion], more}}
  end

  defp finish({[], _size}), do: {:cont, nil}
  defp finish({portion, _size}), do: {:cont, Enum.reverse(portion), nil}

  # Told by name, as a plain string that begins with "data:image/" would be read as an image.
  defp to_json(text, index) when is_binary(text) do
    unless String.valid?(text), do: wrong(index, "a text in UTF-8, or {:image, bytes}", text)
    [~s("text":), Json.encode(text)]
  end

  defp to_json({:image, bytes}, _index) when is_binary(bytes), do: file("image", bytes)
  defp to_json({:audio, bytes}, _index) when is_binary(bytes), do: file("audio", bytes)
  defp to_json({:image_file, path}, index), do: file("image", read(path, index))
  defp to_json({:audio_file, path}, index), do: file("audio", read(path, index))

  defp to_json(other, index) do
    wrong(index, "a string, {:image | :audio, bytes} or {:image_file | :audio_file, path}", other)
  end

  defp file(kind, bytes), do: [?", kind, ~s(":"), Base.encode64(bytes), ?"]

  defp read(path, index) do
    case File.read(path) do
      {:ok, bytes} ->
        bytes

      {:error, reason} ->
        message = "items[#{index}]: #{path}: #{:file.format_error(reason)}"
        raise Error, message: message, code: "unreadable", index: index
    end
  end

  @spec wrong(non_neg_integer(), String.t(), term()) :: no_return()
  defp wrong(index, expected, received) do
    shown = inspect(received, limit: 8, printable_limit: 40)
    raise ArgumentError, "items[#{index}]: expected #{expected}, received #{shown}"
  end
end
