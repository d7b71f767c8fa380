defmodule Handspring.Connection do
  @moduledoc false
  # A request over a connection of its own. Not by Erlang's `:httpc`, which answers 503 with `Retry-After` by sending the request again, without
  # end and past its time-out, and in OTP 25 has no option against that.

  @connect_timeout 10_000

  @type answer ::
          {status :: pos_integer(), headers :: [{String.t(), String.t()}], body :: binary()}

  @doc """
  An answer, whatever its status; header names in lower case. Options: `:timeout` in milliseconds for all of it, `:ssl`. A reason of
  `:timeout` is one after the request was sent, `:no_connection` one before.
  """
  @spec request(:get | :post, String.t(), [{String.t(), String.t()}], iodata(), keyword()) ::
          {:ok, answer()} | {:error, term()}
  def request(method, url, headers, body, options) do
    uri = URI.parse(url)
    deadline = now() + options[:timeout]

    with {:ok, socket} <- connect(uri, min(options[:timeout], @connect_timeout), options[:ssl]) do
      sent = transport(socket).send(elem(socket, 1), [head(method, uri, headers, body), body])
      answer = receive_answer(socket, deadline)
      transport(socket).close(elem(socket, 1))
      # A server that refuses a body may answer before it has read it all.
      if match?({:error, _}, answer) and sent != :ok, do: sent, else: answer
    end
  end

  defp connect(%URI{scheme: "http"} = uri, timeout, _ssl) do
    with {:ok, socket} <- open(:gen_tcp, uri, [], timeout), do: {:ok, {:gen_tcp, socket}}
  end

  defp connect(%URI{scheme: "https"} = uri, timeout, ssl) do
    with {:ok, socket} <- open(:ssl, uri, verified(ssl), timeout), do: {:ok, {:ssl, socket}}
  end

  defp open(transport, %URI{host: host, port: port}, more, timeout) do
    options =
      [:binary, active: false, packet: :http_bin, nodelay: true, send_timeout: timeout] ++ more

    name = to_charlist(host)

    case transport.connect(address(name), port, options, timeout) do
      {:error, reason} when reason in [:nxdomain, :eafnosupport] ->
        transport.connect(address(name), port, [:inet6 | options], timeout)

      {:error, :timeout} ->
        {:error, :no_connection}

      other ->
        other
    end
  end

  defp address(name) do
    case :inet.parse_ipv6strict_address(name) do
      {:ok, address} -> address
      {:error, _} -> name
    end
  end

  # Erlang verifies no certificate unless it is told to.
  defp verified(own) do
    match = :public_key.pkix_verify_hostname_match_fun(:https)
    usual = [verify: :verify_peer, depth: 4, customize_hostname_check: [match_fun: match]]

    if Enum.any?([:cacerts, :cacertfile, :verify], &Keyword.has_key?(own, &1)),
      do: Keyword.merge(usual, own),
      else: Keyword.merge([{:cacerts, :public_key.cacerts_get()} | usual], own)
  end

  defp head(method, uri, headers, body) do
    host = if String.contains?(uri.host, ":"), do: "[#{uri.host}]", else: uri.host

    [
      [
        String.upcase("#{method}"),
        " #{uri.path || "/"} HTTP/1.1\r\nhost: #{host}:#{uri.port}\r\n"
      ],
      "connection: close\r\ncontent-type: application/json\r\n",
      "content-length: #{IO.iodata_length(body)}\r\n",
      for({name, value} <- headers, do: [name, ": ", value, "\r\n"]),
      "\r\n"
    ]
  end

  defp receive_answer(socket, deadline) do
    with {:ok, {:http_response, _version, status, _reason}} <- read(socket, 0, deadline),
         {:ok, headers} <- receive_headers(socket, deadline, []),
         :ok <- set_packet(socket, :raw),
         {:ok, body} <- receive_body(socket, headers, deadline) do
      {:ok, {status, headers, body}}
    else
      {:ok, {:http_error, line}} -> {:error, {:no_http, line}}
      {:error, reason} -> {:error, reason}
    end
  end

  defp receive_headers(socket, deadline, read) do
    case read(socket, 0, deadline) do
      {:ok, {:http_header, _, name, _, value}} ->
        receive_headers(socket, deadline, [{String.downcase("#{name}"), value} | read])

      {:ok, :http_eoh} ->
        {:ok, read}

      other ->
        other
    end
  end

  defp receive_body(socket, headers, deadline) do
    cond do
      header(headers, "transfer-encoding") == "chunked" -> receive_chunks(socket, deadline, [])
      length = header(headers, "content-length") -> receive_exactly(socket, length, deadline)
      true -> receive_rest(socket, deadline, [])
    end
  end

  defp receive_exactly(socket, length, deadline) do
    case Integer.parse(length) do
      {0, ""} -> {:ok, ""}
      {count, ""} when count > 0 -> read(socket, count, deadline)
      _ -> {:error, {:no_http, length}}
    end
  end

  defp receive_chunks(socket, deadline, done) do
    with :ok <- set_packet(socket, :line),
         {:ok, line} <- read(socket, 0, deadline),
         {size, _extension} when size > 0 <- Integer.parse(line, 16),
         :ok <- set_packet(socket, :raw),
         {:ok, chunk} <- read(socket, size, deadline),
         {:ok, "\r\n"} <- read(socket, 2, deadline) do
      receive_chunks(socket, deadline, [done | chunk])
    else
      {0, _extension} -> {:ok, IO.iodata_to_binary(done)}
      {:error, reason} -> {:error, reason}
      other -> {:error, {:no_http, other}}
    end
  end

  defp receive_rest(socket, deadline, done) do
    case read(socket, 0, deadline) do
      {:ok, more} -> receive_rest(socket, deadline, [done | more])
      {:error, :closed} -> {:ok, IO.iodata_to_binary(done)}
      other -> other
    end
  end

  defp header(headers, name),
    do: with({_name, value} <- List.keyfind(headers, name, 0), do: value)

  defp read({transport, socket}, count, deadline),
    do: transport.recv(socket, count, max(deadline - now(), 0))

  defp set_packet({:gen_tcp, socket}, packet), do: :inet.setopts(socket, packet: packet)
  defp set_packet({:ssl, socket}, packet), do: :ssl.setopts(socket, packet: packet)

  defp transport({transport, _socket}), do: transport

  defp now, do: System.monotonic_time(:millisecond)
end
