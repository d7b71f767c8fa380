defmodule Handspring.OnTheWireTest do
  @moduledoc "What is sent, and what is done about answers that a healthy server does not give."
  use ExUnit.Case, async: true
  alias Handspring.{Error, Json, Script}

  defp embed(url, items, options \\ [], embed \\ []),
    do: Handspring.embed(Handspring.new(url, options), items, embed)

  defp count_received(count \\ 0) do
    receive do
      {:received, _path, _headers, _body} -> count_received(count + 1)
    after
      0 -> count
    end
  end

  test "a request and its answer" do
    url = Script.start([Script.vectors([[0.5, 1.5], [-2.0, 0.0], [1.0, 0.0]])])
    items = ["a \"cat\"", {:image, <<255, 216>>}, {:audio, <<1>>}]

    assert embed(url <> "/", items, [token: "secret"], dimensions: 2) ==
             {:ok, [[0.5, 1.5], [-2.0, 0.0], [1.0, 0.0]]}

    assert_received {:received, "POST /v1/embeddings", headers, body}
    assert headers["authorization"] == "Bearer secret"
    assert headers["content-type"] == "application/json"

    assert Json.decode(body) ==
             {:ok,
              %{
                "encoding_format" => "base64",
                "dimensions" => 2,
                "input" => [%{"text" => "a \"cat\""}, %{"image" => "/9g="}, %{"audio" => "AQ=="}]
              }}
  end

  test "vectors as they are for Nx" do
    url = Script.start([Script.vectors([[0.5, -2.0]])])

    assert embed(url, ["a"], [], as: :binary) ==
             {:ok, [<<0.5::float-32-native, -2.0::float-32-native>>]}
  end

  test "Retry-After is obeyed" do
    url =
      Script.start([
        Script.failure(429, "overloaded", [{"Retry-After", 1}]),
        Script.vectors([[1.0]])
      ])

    {took, answer} = :timer.tc(fn -> embed(url, ["a"]) end)
    assert answer == {:ok, [[1.0]]}
    assert took >= 1_000_000
    assert count_received() == 2
  end

  for status <- [400, 401, 413, 422, 500, 504] do
    test "what would fail again is not sent again: #{status}" do
      url = Script.start([Script.failure(unquote(status), "some_code", [{"X-Request-Id", "r7"}])])

      assert {:error,
              %Error{message: "no", code: "some_code", status: unquote(status), request_id: "r7"}} =
               embed(url, ["a"])

      assert count_received() == 1
    end
  end

  test "it gives up after its attempts" do
    url = Script.start([Script.failure(503, "not_ready", [{"Retry-After", 0}])])
    assert {:error, %Error{code: "not_ready", retry_after: 0}} = embed(url, ["a"], attempts: 3)
    assert count_received() == 3
  end

  for body <- ["<h1>nginx</h1>", "{}", "[]", ~s({"error":null}), "", <<255>>] do
    test "an answer of something else: #{inspect(body)}" do
      url = Script.start([{404, [], unquote(body)}])
      assert {:error, %Error{code: "bad_answer", status: 404} = error} = embed(url, ["a"])
      assert error.message =~ "as no Handspring server does: "
    end
  end

  for body <- ["<h1>hello</h1>", ~s({"data":[]}), "{}", "7"] do
    test "a success that is none: #{body}" do
      url = Script.start([{200, [], unquote(body)}])
      assert {:error, %Error{code: "bad_answer"}} = embed(url, ["a"])
      assert {:error, %Error{code: "bad_answer"}} = Handspring.info(Handspring.new(url))
    end
  end

  test "no server" do
    assert {:error, %Error{code: "unreachable", status: nil} = error} =
             embed("http://127.0.0.1:9", ["a"], attempts: 2)

    assert error.message =~ "no answer from http://127.0.0.1:9/v1/embeddings: connection refused"

    assert_raise Error, ~r/refused/, fn ->
      Handspring.embed!(Handspring.new("http://127.0.0.1:9", attempts: 1), ["a"])
    end
  end

  test "what takes too long is not sent again" do
    url = Script.start([:silence])
    assert {:error, %Error{code: "unreachable"} = error} = embed(url, ["a"], timeout: 200)
    assert error.message =~ "it took too long"
    assert count_received() == 1
  end

  test "calls at once do not wait for each other" do
    url = Script.start([:silence])
    for _ <- 1..6, do: start_supervised!({Task, fn -> embed(url, ["a"]) end}, id: make_ref())
    for _ <- 1..6, do: assert_receive({:received, _path, _headers, _body}, 30_000)
  end

  test "large files go in requests of their own" do
    url = Script.start([Script.vectors([[1.0]])])
    file = {:image, :binary.copy(<<0>>, 5 * 1024 * 1024)}
    assert embed(url, [file, file, file]) == {:ok, [[1.0], [1.0], [1.0]]}
    assert count_received() == 3
  end

  test "a file that is not there" do
    assert {:error, %Error{code: "unreadable", index: 1} = error} =
             embed("http://127.0.0.1:9", ["a", {:image_file, "no-such-file.jpg"}])

    assert error.message == "items[1]: no-such-file.jpg: no such file or directory"
  end

  test "what is no call" do
    model = Handspring.new("http://127.0.0.1:9")

    assert_raise ArgumentError, ~r/^items\[1\]: expected a string, .*, received 7$/, fn ->
      Handspring.embed(model, ["a", 7])
    end

    assert_raise ArgumentError, ~r/^items\[0\]: expected a text in UTF-8/, fn ->
      Handspring.embed(model, [<<255>>])
    end

    assert_raise ArgumentError, ~r/^as: expected :list or :binary/, fn ->
      Handspring.embed(model, ["a"], as: :nx)
    end

    assert_raise ArgumentError, ~r/^url: expected/, fn -> Handspring.new("localhost:8080") end

    assert_raise ArgumentError, ~r/^attempts: expected 1 or more/, fn ->
      Handspring.new("http://a", attempts: 0)
    end

    assert_raise KeyError, fn -> Handspring.new("http://a", retries: 1) end
    assert Handspring.embed(model, []) == {:ok, []}
  end

  defmodule Codec do
    def decode("7"), do: {:ok, 7}
    def decode(_text), do: {:error, :wrong}
    def encode!(text), do: inspect(text)
  end

  test "JSON is read by what there is" do
    assert Json.codec([Codec, :jiffy]) == Codec
    assert Json.codec([NoSuchModule, :jiffy]) == :jiffy

    assert_raise RuntimeError, ~r/reads JSON with NoSuchModule/, fn ->
      Json.codec([NoSuchModule])
    end

    assert {Json.decode("7", Codec), Json.decode("x", Codec), Json.encode("a", Codec)} ==
             {{:ok, 7}, :error, "\"a\""}

    assert {Json.decode("7", :jiffy), Json.decode("x", :jiffy)} == {{:ok, 7}, :error}
  end
end
