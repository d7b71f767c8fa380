defmodule Handspring.Script do
  @moduledoc false
  # A stand-in for what a real server says only under load: its answers one after the other, the last again and again, each
  # `{status, headers, body}`, all that is sent, or `:silence`. It tells the test of each request: `{:received, method_and_path, headers, body}`.

  def start(answers) do
    {:ok, listener} =
      :gen_tcp.listen(0, [:binary, active: false, packet: :http_bin, ip: {127, 0, 0, 1}])

    {:ok, port} = :inet.port(listener)
    {:ok, left} = Agent.start_link(fn -> answers end)
    test = self()
    spawn_link(fn -> accept(listener, left, test) end)
    "http://127.0.0.1:#{port}"
  end

  def vectors(vectors) do
    rows =
      for {vector, index} <- Enum.with_index(vectors) do
        bytes = for number <- vector, into: <<>>, do: <<number::float-32-little>>
        ~s({"index":#{index},"embedding":"#{Base.encode64(bytes)}"})
      end

    # Clients go by the index.
    {200, [], ~s({"data":[#{rows |> Enum.reverse() |> Enum.join(",")}]})}
  end

  def failure(status, code, headers \\ []) do
    {status, headers, ~s({"error":{"message":"no","code":"#{code}"}})}
  end

  defp accept(listener, left, test) do
    with {:ok, socket} <- :gen_tcp.accept(listener) do
      pid = spawn(fn -> serve(socket, left, test) end)
      :gen_tcp.controlling_process(socket, pid)
      accept(listener, left, test)
    end
  end

  defp serve(socket, left, test) do
    {:ok, {:http_request, method, {:abs_path, path}, _version}} = :gen_tcp.recv(socket, 0)
    headers = headers(socket, %{})
    :ok = :inet.setopts(socket, packet: :raw)
    length = headers |> Map.get("content-length", "0") |> String.to_integer()
    body = if length > 0, do: elem({:ok, _} = :gen_tcp.recv(socket, length), 1), else: ""
    send(test, {:received, "#{method} #{path}", headers, body})

    case Agent.get_and_update(left, fn [next | rest] ->
           {next, if(rest == [], do: [next], else: rest)}
         end) do
      :silence ->
        Process.sleep(:infinity)

      # As it stands, to the end of the connection.
      raw when is_binary(raw) ->
        :ok = :gen_tcp.send(socket, raw)
        :gen_tcp.close(socket)

      {status, more, answer} ->
        told = for {name, value} <- more, do: "#{name}: #{value}\r\n"

        head =
          "HTTP/1.1 #{status} X\r\nContent-Length: #{byte_size(answer)}\r\nConnection: close\r\n"

        :ok = :gen_tcp.send(socket, [head, told, "\r\n", answer])
        :gen_tcp.close(socket)
    end
  end

  defp headers(socket, read) do
    case :gen_tcp.recv(socket, 0) do
      {:ok, {:http_header, _, name, _, value}} ->
        headers(socket, Map.put(read, String.downcase("#{name}"), value))

      {:ok, :http_eoh} ->
        read
    end
  end
end
