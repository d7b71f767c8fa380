defmodule Handspring.Http do
  @moduledoc false
  # Requests, sent as often as it takes.

  alias Handspring.{Client, Connection, Error, Json, Retries}

  @doc "The JSON of a successful answer. `first`: the place of the request's first item among all, for the error."
  @spec ask(Client.t(), :get | :post, String.t(), iodata(), non_neg_integer()) ::
          {:ok, term()} | {:error, Error.t()}
  def ask(client, method, path, body \\ "", first \\ 0) do
    url = client.url <> path

    case attempt(client, method, url, body, 1) do
      {:ok, {status, _headers, answer} = response} when status in 200..299 ->
        with :error <- Json.decode(answer), do: {:error, bad_answer(url, response)}

      {:ok, response} ->
        {:error, refused(url, response, first)}

      {:error, reason} ->
        {:error,
         %Error{message: "no answer from #{url}: #{explain(reason)}", code: "unreachable"}}
    end
  end

  defp attempt(client, method, url, body, number) do
    outcome = once(client, method, url, body)
    wait = Retries.wait_after(number, outcome)

    if wait == nil or number >= client.attempts or success?(outcome) do
      outcome
    else
      Process.sleep(wait)
      attempt(client, method, url, body, number + 1)
    end
  end

  defp success?({:ok, {status, _headers, _body}}), do: status in 200..299
  defp success?(_failure), do: false

  defp once(%Client{token: token, timeout: timeout, ssl: ssl}, method, url, body) do
    headers = if token, do: [{"authorization", "Bearer #{token}"}], else: []
    Connection.request(method, url, headers, body, timeout: timeout, ssl: ssl)
  end

  defp refused(url, {status, headers, body} = response, first) do
    with {:ok, %{"error" => told} = answer} <- Json.decode(body),
         {message, code} when is_binary(message) and is_binary(code) <- words(told, answer) do
      {message, index} = named(message, first)
      id = with {_name, id} <- List.keyfind(headers, "x-request-id", 0), do: id

      %Error{
        message: message,
        code: code,
        status: status,
        index: index,
        request_id: id,
        retry_after: Retries.told(headers)
      }
    else
      _ -> bad_answer(url, response)
    end
  end

  defp words(%{"message" => message, "code" => code}, _answer), do: {message, code}
  # As the routes outside /v1 say it.
  defp words(message, answer), do: {message, answer["code"]}

  # `input[3]` of the request is `items[67]` of the call.
  defp named(message, first) do
    case Regex.run(~r/^input\[(\d{1,9})\](.*)$/s, message) do
      [_all, number, rest] ->
        index = first + String.to_integer(number)
        {"items[#{index}]#{rest}", index}

      nil ->
        {message, nil}
    end
  end

  @doc "The error of an answer that no Handspring server gives."
  @spec bad_answer(String.t(), {pos_integer(), [{String.t(), String.t()}], binary()}) :: Error.t()
  def bad_answer(url, {status, _headers, body}) do
    text = body |> binary_part(0, min(byte_size(body), 200)) |> String.trim()
    text = if String.valid?(text), do: text, else: inspect(text)
    message = "#{url} answered #{status}, as no Handspring server does: #{text}"
    %Error{message: message, code: "bad_answer", status: status}
  end

  defp explain(:timeout), do: "it took too long"
  defp explain(:no_connection), do: "no connection in time"
  defp explain({:tls_alert, {_alert, text}}), do: text |> to_string() |> String.trim()
  defp explain(reason) when is_atom(reason), do: to_string(:inet.format_error(reason))
  defp explain(reason), do: inspect(reason)
end
