defmodule Handspring.ConnectionTest do
  @moduledoc "Ways to send an answer that a server or a proxy may choose, and TLS."
  use ExUnit.Case, async: true
  alias Handspring.{Connection, Error, Script}

  @options [timeout: 5000, ssl: []]

  defp get(answer), do: Connection.request(:get, Script.start([answer]) <> "/p", [], "", @options)

  for {what, answer, body} <- [
        {"in chunks",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n",
         "abc0123456789"},
        {"to the end of the connection", "HTTP/1.0 200 OK\r\n\r\nabc\n\ndef", "abc\n\ndef"},
        {"of nothing", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", ""}
      ] do
    test "an answer #{what}" do
      assert {:ok, {200, _headers, unquote(body)}} = get(unquote(answer))
    end
  end

  for {what, answer} <- [
        {"no HTTP", "hello\r\n"},
        {"a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"},
        {"chunks that are none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}
      ] do
    test "an answer of #{what}" do
      assert {:error, {:no_http, _line}} = get(unquote(answer))
    end
  end

  test "an answer that breaks off" do
    assert get("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") == {:error, :closed}
    assert get("") == {:error, :closed}
  end

  test "an address with a path before it, and one in brackets" do
    url = Script.start([Script.vectors([[1.0]])])
    assert {:ok, _} = Handspring.embed(Handspring.new(url <> "/behind"), ["a"])

    assert_received {:received, "POST /behind/v1/embeddings", %{"host" => "127.0.0.1:" <> _},
                     _body}

    assert {:error, %Error{code: "unreachable"}} =
             Handspring.embed(Handspring.new("http://[::1]:9", attempts: 1), ["a"])
  end

  describe "TLS" do
    setup do
      name = {:Extension, {2, 5, 29, 17}, false, [dNSName: 'localhost']}
      signed = [digest: :sha256, key: {:namedCurve, :secp256r1}]
      chain = %{root: signed, intermediates: [], peer: [{:extensions, [name]} | signed]}
      made = :public_key.pkix_test_data(%{server_chain: chain, client_chain: chain})

      {:ok, listener} =
        :ssl.listen(0, [:binary, active: false, ip: {127, 0, 0, 1}] ++ made.server_config)

      {:ok, {_address, port}} = :ssl.sockname(listener)
      spawn_link(fn -> serve(listener) end)
      %{port: port, trusted: [cacerts: made.client_config[:cacerts]]}
    end

    test "a certificate that is trusted", %{port: port, trusted: trusted} do
      model = Handspring.new("https://localhost:#{port}", ssl: trusted)
      assert {:ok, %Handspring.ModelInfo{name: "m"}} = Handspring.info(model)
    end

    test "one that nobody vouches for", %{port: port} do
      assert {:error, %Error{code: "unreachable"} = error} =
               Handspring.info(Handspring.new("https://localhost:#{port}"))

      assert error.message =~ ~r/^no answer from https:.* - Unknown CA$/
    end

    test "one of another host", %{port: port, trusted: trusted} do
      model = Handspring.new("https://127.0.0.1:#{port}", ssl: trusted)
      assert {:error, %Error{code: "unreachable"} = error} = Handspring.info(model)
      assert error.message =~ "hostname_check_failed"
    end

    defp serve(listener) do
      {:ok, socket} = :ssl.transport_accept(listener)

      with {:ok, socket} <- :ssl.handshake(socket), {:ok, _request} <- :ssl.recv(socket, 0) do
        body = ~s({"handspring":{"model":"m","dimensions":2,"towers":{}}})
        :ssl.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: #{byte_size(body)}\r\n\r\n#{body}")
        :ssl.close(socket)
      end

      serve(listener)
    end
  end
end
