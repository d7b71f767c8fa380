defmodule Handspring do
  @moduledoc """
  Vectors of texts, images and sounds from a Handspring server.

      iex> model = Handspring.new()
      iex> {:ok, [cat, kitten, car]} = Handspring.embed(model, ["a cat", "a kitten", "a red car"])
      iex> Handspring.similarity(cat, kitten) > Handspring.similarity(cat, car)
      true

  `Handspring.Program` does the same without a server, with the program itself beside this one.
  """

  alias Handspring.{Client, Error, Http, Item, ModelInfo, Vector}

  @typedoc """
  What is embedded: a text, always, if it is a string; else an image or, where the server has an audio tower, a sound, as the bytes of its
  file or as its path.
  """
  @type item :: Item.t()

  @typedoc "Numbers whose squares add up to 1; with `as: :binary` float32 as the machine has them, for `Nx.from_binary/2`."
  @type vector :: Vector.t()

  @doc """
  A client of the server at `url`; of the one that the variable `HANDSPRING_URL` names, or of port 8080 here, if there is no argument.

  - `:token`: sent as a bearer token, where the server asks for one
  - `:timeout`: milliseconds that one request may take; 60,000
  - `:attempts`: how often a request is sent at most; 5. It is sent again where there was no connection, and after 408, 429, 502 and 503,
    when `Retry-After` says so; not after 504
  - `:ssl`: options of Erlang's `:ssl` beside the usual ones, by which a server's certificate is verified

      iex> Handspring.new("https://handspring.example.org/", token: "secret").url
      "https://handspring.example.org"
  """
  @spec new(String.t(), keyword()) :: Client.t()
  def new(url \\ System.get_env("HANDSPRING_URL", "http://localhost:8080"), options \\ []) do
    Client.new(url, options)
  end

  @doc """
  One vector of length 1 for each item, in order. Any number of items, a stream of them too: they are sent in portions, one after the
  other, and files are read as their request is made.

  - `:as`: `:list` of floats, or `:binary` for `Nx.from_binary(vector, :f32)`
  - `:dimensions`: fewer numbers than the model has, where it was trained to be cut

  What is wrong with an item is said with its place, and no vector is returned then:

      iex> {:error, error} = Handspring.embed(Handspring.new(), ["a cat", {:image, "no photo"}])
      iex> {error.code, error.index, error.status}
      {"invalid_image", 1, 422}

  Raises `ArgumentError` for what is no item.
  """
  @spec embed(Client.t(), Enumerable.t(), keyword()) :: {:ok, [vector()]} | {:error, Error.t()}
  def embed(%Client{} = client, items, options \\ []) do
    options = Keyword.validate!(options, [:dimensions, as: :list])
    form = Vector.form(options)

    items
    |> Item.portions()
    |> Enum.reduce_while({:ok, []}, fn portion, {:ok, done} ->
      case embed_portion(client, portion, options[:dimensions], form) do
        {:ok, vectors} -> {:cont, {:ok, [vectors | done]}}
        {:error, error} -> {:halt, {:error, error}}
      end
    end)
    |> case do
      {:ok, done} -> {:ok, done |> Enum.reverse() |> Enum.concat()}
      {:error, error} -> {:error, error}
    end
  rescue
    error in Error -> {:error, error}
  end

  @doc "As `embed/3`; raises `Handspring.Error`."
  @spec embed!(Client.t(), Enumerable.t(), keyword()) :: [vector()]
  def embed!(%Client{} = client, items, options \\ []) do
    case embed(client, items, options) do
      {:ok, vectors} -> vectors
      {:error, error} -> raise error
    end
  end

  @doc """
  What the server serves; an error also while the model is being loaded.

      iex> {:ok, model} = Handspring.info(Handspring.new())
      iex> model
      %Handspring.ModelInfo{name: "starter", dimensions: 384, modalities: ["audio", "image", "text"]}
  """
  @spec info(Client.t()) :: {:ok, ModelInfo.t()} | {:error, Error.t()}
  def info(%Client{} = client) do
    case Http.ask(client, :get, "/meta") do
      {:ok, %{"handspring" => %{"model" => name, "dimensions" => dimensions, "towers" => towers}}} ->
        modalities = towers |> Map.keys() |> Enum.sort()
        {:ok, %ModelInfo{name: name, dimensions: dimensions, modalities: modalities}}

      {:ok, _other} ->
        {:error, %Error{message: "/meta told of no model that is loaded", code: "bad_answer"}}

      {:error, error} ->
        {:error, error}
    end
  end

  @doc """
  How alike two things are, from -1 to 1, by the cosine of their vectors; which is the inner product, as they have length 1.

      iex> Handspring.similarity([0.6, 0.8], [1.0, 0.0])
      0.6
  """
  @spec similarity([float()], [float()]) :: float()
  def similarity(a, b) when is_list(a) and is_list(b) and length(a) == length(b) do
    Enum.zip_reduce(a, b, 0.0, fn x, y, sum -> sum + x * y end)
  end

  # The vectors as bytes, which are a fifth of their decimals.
  defp embed_portion(client, [{first, _json} | _rest] = portion, dimensions, form) do
    shorter = if dimensions, do: ",\"dimensions\":#{dimensions}", else: ""
    input = portion |> Enum.map(fn {_index, json} -> [?{, json, ?}] end) |> Enum.intersperse(?,)
    body = [~s({"encoding_format":"base64"), shorter, ~s(,"input":[), input, "]}"]

    with {:ok, answer} <- Http.ask(client, :post, "/v1/embeddings", body, first) do
      case decode(answer, length(portion), form) do
        {:ok, vectors} ->
          {:ok, vectors}

        :error ->
          message = "#{client.url} gave no vectors of #{length(portion)} items"
          {:error, %Error{message: message, code: "bad_answer", status: 200}}
      end
    end
  end

  defp decode(%{"data" => rows}, count, form) when is_list(rows) and length(rows) == count do
    vectors =
      rows
      |> Enum.sort_by(& &1["index"])
      |> Enum.map(&Vector.from_bytes(Base.decode64!(&1["embedding"]), form))

    {:ok, vectors}
  end

  defp decode(_answer, _count, _form), do: :error
end
