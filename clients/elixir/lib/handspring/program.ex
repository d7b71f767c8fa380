defmodule Handspring.Program do
  @moduledoc """
  Vectors without a server: `handspring embed -` as a program beside this one, spoken to through a pipe.

      children = [{Handspring.Program, name: MyApp.Vectors, command: ["handspring", "embed", "-"]}]
      Supervisor.start_link(children, strategy: :one_for_one)
      {:ok, [cat]} = Handspring.Program.embed(MyApp.Vectors, ["a cat"])

  It ends with its process and with this node. If it dies, those who wait are told so and its supervisor starts it again: an item
  that kills it is not sent a second time by itself. What it logs goes to this node's standard error.

  No more than 64 items are with the program at once, and callers wait for their turn; where more than `:max_waiting` would, the call is
  refused with the code `"overloaded"` at once.
  """

  use GenServer
  require Logger
  alias Handspring.{Error, Item, Json, Vector}

  # As many as it works on; more would only wait in the pipe.
  @at_once 64
  @line_piece 65_536

  @doc """
  Starts the program; its model is loaded while the first callers wait.

  - `:command`: the program and its arguments; `["handspring", "embed", "-"]`
  - `:max_waiting`: items that may wait for their turn; 1,024
  - `:name` and the other options of `GenServer.start_link/3`
  """
  @spec start_link(keyword()) :: GenServer.on_start()
  def start_link(options \\ []) do
    {own, others} = Keyword.split(options, [:command, :max_waiting])
    own = Keyword.merge([command: ["handspring", "embed", "-"], max_waiting: 1024], own)
    GenServer.start_link(__MODULE__, own, others)
  end

  @doc """
  As `Handspring.embed/3`: one vector for each item, in order, or the error of the first that has none. Options are `:as`, as there, and
  `:timeout`, milliseconds that a portion of 64 items may take, as long as it takes unless told.
  """
  @spec embed(GenServer.server(), Enumerable.t(), keyword()) ::
          {:ok, [Handspring.vector()]} | {:error, Error.t()}
  def embed(program, items, options \\ []) do
    options = Keyword.validate!(options, as: :list, timeout: :infinity)
    form = Vector.form(options)

    vectors =
      items
      |> Item.portions()
      |> Enum.flat_map(fn portion ->
        lines = ask(program, Enum.map(portion, &elem(&1, 1)), options[:timeout])
        # Here, not in the one process that all wait for.
        Enum.zip_with(portion, lines, fn {index, _json}, line -> read(line, index, form) end)
      end)

    {:ok, vectors}
  rescue
    error in Error -> {:error, error}
  end

  defp ask(program, items, timeout) do
    case GenServer.call(program, {:embed, items}, timeout) do
      {:ok, lines} -> lines
      {:error, error} -> raise error
    end
  catch
    :exit, {:timeout, _call} ->
      raise Error, message: "no answer within #{timeout} ms", code: "unreachable"

    :exit, {_reason, {GenServer, :call, _arguments}} ->
      raise Error, message: "the program is not running", code: "unreachable"
  end

  defp read(line, index, form) do
    case Json.decode(line) do
      {:ok, %{"vector" => numbers}} ->
        Vector.from_numbers(numbers, form)

      {:ok, %{"error" => message, "code" => code}} ->
        raise Error, message: "items[#{index}]: #{message}", code: code, index: index

      _ ->
        raise Error, message: "items[#{index}]: no answer: #{line}", code: "bad_answer"
    end
  end

  # The process: plumbing alone. `sent` are those with the program, in the order in which it answers; `waiting` those that are not yet.
  # Each is {call, id, json}; `calls` has for each call who it is of, how many answers are missing and those that came, last first.

  @impl true
  def init(options) do
    [program | arguments] = Keyword.fetch!(options, :command)

    case System.find_executable(program) do
      nil ->
        {:stop, {:no_such_program, program}}

      path ->
        how = [:binary, :exit_status, :use_stdio, args: arguments, line: @line_piece]

        {:ok,
         %{
           port: Port.open({:spawn_executable, path}, how),
           max_waiting: Keyword.fetch!(options, :max_waiting),
           sent: :queue.new(),
           waiting: :queue.new(),
           calls: %{},
           next_id: 0,
           line: []
         }}
    end
  end

  @impl true
  def handle_call({:embed, items}, from, state) do
    count = length(items)
    waiting = :queue.len(state.waiting)

    # One that nobody is before is always taken, or a low limit would refuse large portions for ever.
    if waiting > 0 and waiting + count > state.max_waiting do
      message = "#{waiting} items wait already, of #{state.max_waiting} that may"
      {:reply, {:error, %Error{message: message, code: "overloaded"}}, state}
    else
      call = make_ref()
      ids = Enum.with_index(items, state.next_id)
      more = :queue.from_list(for {json, id} <- ids, do: {call, id, json})

      {:noreply,
       send_waiting(%{
         state
         | waiting: :queue.join(state.waiting, more),
           calls: Map.put(state.calls, call, {from, count, []}),
           next_id: state.next_id + count
       })}
    end
  end

  @impl true
  def handle_info({port, {:data, {:noeol, piece}}}, %{port: port} = state) do
    {:noreply, %{state | line: [state.line | piece]}}
  end

  def handle_info({port, {:data, {:eol, piece}}}, %{port: port} = state) do
    line = IO.iodata_to_binary([state.line | piece])
    state = %{state | line: []}

    with {{:value, {call, id, _json}}, sent} <- :queue.out(state.sent),
         true <- String.starts_with?(line, ~s({"id":#{id},)) do
      {:noreply, send_waiting(%{state | sent: sent, calls: answer(state.calls, call, line)})}
    else
      # Whatever printed it, from here on no answer could be trusted to be of its item.
      _ -> stop(state, "the program printed what is no answer: #{String.slice(line, 0, 200)}")
    end
  end

  def handle_info({port, {:exit_status, status}}, %{port: port} = state) do
    stop(state, "the program ended with status #{status}")
  end

  defp send_waiting(state) do
    with true <- :queue.len(state.sent) < @at_once,
         {{:value, {_call, id, json} = item}, waiting} <- :queue.out(state.waiting) do
      # Waits while the pipe is full; answers are heard meanwhile, and read after.
      Port.command(state.port, [~s({"id":), Integer.to_string(id), ?,, json, "}\n"])
      send_waiting(%{state | waiting: waiting, sent: :queue.in(item, state.sent)})
    else
      _ -> state
    end
  end

  defp answer(calls, call, line) do
    case Map.fetch!(calls, call) do
      {from, 1, lines} ->
        GenServer.reply(from, {:ok, Enum.reverse([line | lines])})
        Map.delete(calls, call)

      {from, missing, lines} ->
        Map.put(calls, call, {from, missing - 1, [line | lines]})
    end
  end

  defp stop(state, message) do
    Logger.error("Handspring: " <> message)

    for {_call, {from, _missing, _lines}} <- state.calls do
      GenServer.reply(from, {:error, %Error{message: message, code: "unreachable"}})
    end

    {:stop, {:shutdown, message}, %{state | calls: %{}}}
  end
end
