defmodule Handspring.MixProject do
  use Mix.Project

  def project do
    [
      app: :handspring,
      version: "0.1.0",
      description: "Vectors of texts, images and sounds from Handspring",
      elixir: "~> 1.14",
      elixirc_paths: if(Mix.env() == :test, do: ["lib", "test/support"], else: ["lib"]),
      start_permanent: Mix.env() == :prod,
      deps: [],
      # Where it is there: see Handspring.Json.
      xref: [exclude: [:jiffy]],
      package: [licenses: ["Apache-2.0"], links: %{}]
    ]
  end

  def application do
    [extra_applications: [:logger, :crypto, :public_key, :ssl]]
  end
end
