defmodule Handspring.Retries do
  @moduledoc false
  # Whether and when a request is sent again.

  # Not 504: the server gave up on that work for want of time, and the same again would double its load.
  @try_again [408, 429, 502, 503]
  @longest_wait 30_000

  @type outcome :: {:ok, Handspring.Connection.answer()} | {:error, term()}

  @doc """
  Milliseconds to wait after an attempt, or `nil` where the same again would not help. What the server says in `Retry-After` is obeyed;
  else half a second, doubled each time, less a random part. `attempt`: how many were made already, 1 or more.
  """
  @spec wait_after(pos_integer(), outcome()) :: non_neg_integer() | nil
  def wait_after(attempt, {:ok, {status, headers, _body}}) when status in @try_again do
    case told(headers) do
      nil -> usual(attempt)
      seconds -> seconds * 1000
    end
  end

  def wait_after(_attempt, {:ok, _answer}), do: nil
  # It may still be at work on it.
  def wait_after(_attempt, {:error, :timeout}), do: nil
  # A certificate that is not trusted will not be the next time.
  def wait_after(_attempt, {:error, {:tls_alert, _alert}}), do: nil
  def wait_after(attempt, {:error, _reason}), do: usual(attempt)

  @doc "What `Retry-After` says in seconds, if it does."
  @spec told([{String.t(), String.t()}]) :: non_neg_integer() | nil
  def told(headers) do
    with {_name, value} <- List.keyfind(headers, "retry-after", 0),
         {seconds, ""} when seconds >= 0 <- Integer.parse(value) do
      seconds
    else
      _ -> nil
    end
  end

  defp usual(attempt) do
    most = min(500 * 2 ** (attempt - 1), @longest_wait)
    round(most * (0.5 + :rand.uniform() / 2))
  end
end
