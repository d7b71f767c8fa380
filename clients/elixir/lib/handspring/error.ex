defmodule Handspring.Error do
  @moduledoc """
  What a server, or the program beside this one, or the way to it, said.

  - `code`: the server's (`"invalid_request"`, `"overloaded"`, …: see its API reference); `"unreachable"` where there was no answer,
    `"bad_answer"` where it was none of Handspring's, `"unreadable"` for a file that could not be read.
  - `status`: the HTTP status; `nil` without an answer of a server.
  - `index`: the place of the item that is wrong among those given to `embed`, if one item is.
  - `request_id`: under which the server's log has the request.
  - `retry_after`: seconds after which the server says that another attempt may do better. It was obeyed as often as there were attempts.
  """

  @enforce_keys [:message, :code]
  defexception [:message, :code, :status, :index, :request_id, :retry_after]

  @type t :: %__MODULE__{
          message: String.t(),
          code: String.t(),
          status: pos_integer() | nil,
          index: non_neg_integer() | nil,
          request_id: String.t() | nil,
          retry_after: non_neg_integer() | nil
        }
end
