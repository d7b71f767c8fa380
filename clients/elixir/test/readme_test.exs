defmodule Handspring.ReadmeTest do
  use ExUnit.Case, async: true

  @page "../README.md" |> Path.expand(__DIR__) |> File.read!()
  @blocks ~r/```elixir\n(.*?)```/s |> Regex.scan(@page) |> Enum.map(&List.last/1)

  # The page's addresses and paths are those of somebody at the root of a checkout with a server on port 8080.
  for {block, number} <- Enum.with_index(@blocks), String.starts_with?(block, "iex>") do
    test "block #{number} gives what it shows" do
      [expected | lines] = unquote(block) |> String.split("\n", trim: true) |> Enum.reverse()

      code =
        lines |> Enum.reverse() |> Enum.map_join("\n", &String.replace_prefix(&1, "iex> ", ""))

      assert elem(Code.eval_string(here(code)), 0) == elem(Code.eval_string(expected), 0)
    end
  end

  test "the block of the program runs" do
    block = Enum.find(@blocks, &(&1 =~ "Supervisor"))
    command = "HANDSPRING_PROGRAM" |> System.fetch_env!() |> String.split() |> inspect()
    code = String.replace(block, ~s(["handspring", "embed", "-"]), command)
    printed = ExUnit.CaptureIO.capture_io(fn -> Code.eval_string(code) end)
    assert {similarity, "\n"} = Float.parse(printed)
    assert similarity > 0.5
  end

  defp here(code) do
    code
    |> String.replace("http://localhost:8080", System.fetch_env!("HANDSPRING_URL"))
    |> String.replace("samples/chelsea-the-cat.jpg", System.fetch_env!("HANDSPRING_PHOTO"))
  end
end
