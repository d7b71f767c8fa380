defmodule Handspring.ProgramFailuresTest do
  @moduledoc "How a program may fail, with a stand-in for it."
  use ExUnit.Case, async: true
  alias Handspring.{Error, Program}

  # Answers as the program does, but for texts that tell it otherwise.
  @stand_in ~S"""
  while IFS= read -r line; do
    id=${line#*:}; id=${id%%,*}
    case $line in
      *die*) exit 7 ;;
      *hold*) until [ -e "$1" ]; do sleep 0.05; done ;;
      *chat*) echo 'hello' ;;
      *long*) printf '{"id":%s,"sent":%s,"vector":[1,0.5]}\n' "$id" "$line"; continue ;;
    esac
    printf '{"id":%s,"vector":[1,0.5]}\n' "$id"
  done
  """

  setup do
    release = Path.join(System.tmp_dir!(), "handspring-#{System.unique_integer([:positive])}")
    on_exit(fn -> File.rm(release) end)
    %{release: release}
  end

  defp start_stand_in(release, options \\ []) do
    start_supervised!({Program, [command: ["sh", "-c", @stand_in, "sh", release]] ++ options})
  end

  test "lines longer than a piece of the pipe, in and out", %{release: release} do
    program = start_stand_in(release)
    text = String.duplicate("long ", 100_000)
    assert Program.embed(program, [text, "a"]) == {:ok, [[1.0, 0.5], [1.0, 0.5]]}
  end

  test "who waits is told when it dies, and it is started again", %{release: release} do
    name = :"#{__MODULE__}.restarted"
    first = start_stand_in(release, name: name)
    waiting = Task.async(fn -> Program.embed(name, ["a", "die"]) end)

    assert {:error, %Error{code: "unreachable", message: "the program ended with status 7"}} =
             Task.await(waiting, :infinity)

    assert eventually(fn -> Process.whereis(name) not in [nil, first] end)
    assert {:ok, [_]} = Program.embed(name, ["a"])
  end

  test "a program that prints what is no answer is not trusted any more", %{release: release} do
    program = start_stand_in(release)

    assert {:error, %Error{message: "the program printed what is no answer: hello"}} =
             Program.embed(program, ["a chat"])
  end

  test "more than may wait are refused at once", %{release: release} do
    program = start_stand_in(release, max_waiting: 10)
    slow = Task.async(fn -> Program.embed(program, ["hold" | List.duplicate("a", 63)]) end)
    assert eventually(fn -> :queue.len(:sys.get_state(program).sent) == 64 end)
    first = Task.async(fn -> Program.embed(program, List.duplicate("b", 20)) end)
    assert eventually(fn -> :queue.len(:sys.get_state(program).waiting) == 20 end)
    assert {:error, %Error{code: "overloaded"} = error} = Program.embed(program, ["c"])
    assert error.message == "20 items wait already, of 10 that may"
    File.touch!(release)
    assert {:ok, _} = Task.await(slow, :infinity)
    assert {:ok, _} = Task.await(first, :infinity)
    assert {:ok, [_]} = Program.embed(program, ["c"])
  end

  test "a caller that waits no longer than it wants to", %{release: release} do
    program = start_stand_in(release)

    assert {:error, %Error{message: "no answer within 100 ms"}} =
             Program.embed(program, ["hold"], timeout: 100)

    File.touch!(release)
    assert {:ok, [_]} = Program.embed(program, ["a"])
  end

  test "it ends with its process", %{release: release} do
    program = start_stand_in(release)
    {:os_pid, pid} = Port.info(:sys.get_state(program).port, :os_pid)
    stop_supervised!(Program)
    assert eventually(fn -> not File.exists?("/proc/#{pid}") end)
    assert {:error, %Error{message: "the program is not running"}} = Program.embed(program, ["a"])
  end

  test "a program that is not there" do
    Process.flag(:trap_exit, true)

    assert {:error, {:no_such_program, "no-such-program"}} =
             Program.start_link(command: ["no-such-program"])
  end

  defp eventually(condition, tries \\ 2000) do
    cond do
      condition.() -> true
      tries == 0 -> false
      true -> Process.sleep(10) && eventually(condition, tries - 1)
    end
  end
end
