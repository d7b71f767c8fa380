"""Checks the manifests on standard input: `validate_manifests.py VERSION…` (of Kubernetes). Prints each that is wrong.

Kubernetes' own kinds go through its OpenAPI schemas, strictly, for each version. Those of KEDA and of the Prometheus
operator go through classes made from their definitions; a field that is unknown there is lost on the way and missed
afterwards. A kind that is in neither is an error, not a pass.
"""

import sys

import kubernetes_validate
import yaml
from cloudcoil.models.keda.v1alpha1 import ScaledObject
from cloudcoil.models.prometheus_operator.v1 import ServiceMonitor

CUSTOM = {
    ("keda.sh/v1alpha1", "ScaledObject"): ScaledObject,
    ("monitoring.coreos.com/v1", "ServiceMonitor"): ServiceMonitor,
}


def lost(given, kept, path=""):
    """The paths in `given` that `kept` does not have."""
    if isinstance(given, dict):
        if not isinstance(kept, dict):
            return [path]
        return [p for key, value in given.items() for p in lost(value, kept.get(key), f"{path}.{key}")]
    if isinstance(given, list):
        if not isinstance(kept, list) or len(kept) != len(given):
            return [path]
        return [p for at, value in enumerate(given) for p in lost(value, kept[at], f"{path}[{at}]")]
    return [] if given == kept else [path]


def problems(manifest, versions):
    model = CUSTOM.get((manifest["apiVersion"], manifest["kind"]))
    if model:
        kept = model.model_validate(manifest).model_dump(mode="json", by_alias=True, exclude_unset=True)
        return [f"unknown or changed: {path}" for path in lost(manifest["spec"], kept["spec"], "spec")]
    for version in versions:
        kubernetes_validate.validate(manifest, version, strict=True)
    return []


wrong = 0
checked = 0
for manifest in filter(None, yaml.safe_load_all(sys.stdin)):
    checked += 1
    try:
        found = problems(manifest, sys.argv[1:])
    except Exception as error:  # every library has its own, and all of them are findings
        found = [getattr(error, "message", str(error))]
    for problem in found:
        wrong += 1
        print(f"{manifest['kind']}: {problem}")
print(f"{checked} checked, {wrong} wrong")
sys.exit(1 if wrong or not checked else 0)
