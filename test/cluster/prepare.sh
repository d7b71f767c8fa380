#!/usr/bin/env bash
# What the tests of a cluster need: etcd of Debian, and in the user's cache folder Helm, an API server of Kubernetes and the
# definitions of the kinds that the chart takes from KEDA and the Prometheus operator. Go fetches all of it and knows its checksums.
set -euo pipefail
cd "$(dirname "$0")/../.."

KUBERNETES=1.34.3
KEDA=2.16.1
PROMETHEUS_OPERATOR=0.80.1
versions="kubernetes $KUBERNETES, keda $KEDA, prometheus-operator $PROMETHEUS_OPERATOR"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/handspring/deploy

if ! dpkg -s etcd-server >/dev/null 2>&1; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "missing: etcd-server (apt-get install it, or run this as root)" >&2
    exit 1
  fi
  apt-get update
  # RUNLEVEL: only the program is wanted, not a service that runs.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends etcd-server
fi

test/deploy/go-tool.sh "$cache" helm helm.sh/helm/v3/cmd/helm v3.19.0
[ "$(cat "$cache/cluster.versions" 2>/dev/null)" = "$versions" ] && exit
echo "building kube-apiserver $KUBERNETES: some ten minutes, once. It is kept in $cache"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOWORK=off

# A module's file in Go's own cache: field NAME of what `go mod download` says of it.
downloaded() { go mod download -json "$1" | sed -n "s/.*\"$2\": \"\(.*\)\",*/\1/p"; }

# Kubernetes names its own modules by a version 0.0.0 that is in no registry; those of a release have its number.
printf 'module cluster\n\ngo 1.24.0\n' >go.mod
own=$(downloaded "k8s.io/kubernetes@v$KUBERNETES" GoMod)
{
  printf 'module cluster\n\ngo 1.24.0\n\ngodebug default=go1.24\n\nrequire k8s.io/kubernetes v%s\n\nreplace (\n' "$KUBERNETES"
  sed -n "s/^\t\(k8s.io\/[a-z-]*\) v0\.0\.0\$/\t\1 => \1 v0.${KUBERNETES#1.}/p" "$own"
  printf ')\n'
} >go.mod
version=k8s.io/component-base/version
go build -mod=mod -trimpath -o "$cache/bin/kube-apiserver" \
  -ldflags "-s -w -X $version.gitVersion=v$KUBERNETES -X $version.gitMajor=1 -X $version.gitMinor=$(cut -d. -f2 <<<"$KUBERNETES")" \
  k8s.io/kubernetes/cmd/kube-apiserver

keda=$(downloaded "github.com/kedacore/keda/v2@v$KEDA" Dir)
prometheus=$(downloaded "github.com/prometheus-operator/prometheus-operator@v$PROMETHEUS_OPERATOR" Dir)
mkdir -p "$cache/crds"
install -m 644 -t "$cache/crds" "$keda/config/crd/bases/keda.sh_scaledobjects.yaml" \
  "$prometheus/example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml"
echo "$versions" >"$cache/cluster.versions"
