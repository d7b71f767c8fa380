defmodule Handspring.ProgramTest do
  @moduledoc "The program of HANDSPRING_PROGRAM, its arguments parted by blanks."
  use ExUnit.Case, async: true
  alias Handspring.{Error, Program}

  setup_all do
    command = "HANDSPRING_PROGRAM" |> System.fetch_env!() |> String.split()
    %{program: start_supervised!({Program, command: command})}
  end

  test "gives the vectors that a server gives", %{program: program} do
    photo = System.fetch_env!("HANDSPRING_PHOTO")
    items = ["a cat", {:image_file, photo}, {:image, File.read!(photo)}]
    {:ok, [cat, image, image]} = Program.embed(program, items)
    served = Handspring.embed!(Handspring.new(), items)

    for {a, b} <- Enum.zip([cat, image, image], served),
        do: assert(Handspring.similarity(a, b) > 0.9999)

    {:ok, [binary]} = Program.embed(program, ["a cat"], as: :binary)
    assert byte_size(binary) == 4 * 384
  end

  test "answers many callers each its own", %{program: program} do
    embed = fn n -> Program.embed(program, Enum.map(0..9, &"call #{n} of #{&1}")) end

    for {{:ok, {:ok, vectors}}, n} <-
          Enum.with_index(
            Task.async_stream(1..20, embed, max_concurrency: 20, timeout: :infinity)
          ) do
      {:ok, alone} = embed.(n + 1)
      for {a, b} <- Enum.zip(vectors, alone), do: assert(Handspring.similarity(a, b) > 0.99999)
    end
  end

  test "names the item that is wrong, and goes on", %{program: program} do
    items = Enum.map(1..70, &"text #{&1}") ++ [{:image, "no photo"}]

    assert {:error, %Error{code: "invalid_image", index: 70} = error} =
             Program.embed(program, items)

    assert error.message =~ "items[70]: image: expected a"
    assert {:error, %Error{index: 0}} = Program.embed(program, [{:audio, "RIFF"}])
    assert {:ok, [_]} = Program.embed(program, ["a cat"])
  end
end
