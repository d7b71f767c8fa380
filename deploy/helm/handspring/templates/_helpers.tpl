{{- define "handspring.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "handspring.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "handspring.labels" -}}
{{ include "handspring.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "handspring.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "handspring.fullname" .) -}}
{{- end -}}

{{- define "handspring.image" -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}

{{/* The port of the collector's address, or that of its scheme. */}}
{{- define "handspring.tracingPort" -}}
{{- $url := urlParse .Values.tracing.endpoint -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $port | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- end -}}

{{/* Of what the port answers; `http` where there is no certificate. */}}
{{- define "handspring.scheme" -}}
{{- ternary "https" "http" (ne .Values.tls.existingSecret "") -}}
{{- end -}}

{{/* Settings that would be accepted and then do nothing, or not work together. */}}
{{- define "handspring.refuseIdleSettings" -}}
{{- if and (ne .Values.autoscaling.kind "none") (not .Values.serviceMonitor.enabled) -}}
{{- fail "autoscaling.kind: expected serviceMonitor.enabled with it, as it scales by a metric that Prometheus has to scrape" -}}
{{- end -}}
{{- if and .Values.opsPort .Values.serviceMonitor.enabled .Values.networkPolicy.enabled (not .Values.networkPolicy.metricsFrom) -}}
{{- fail "opsPort: expected networkPolicy.metricsFrom with it, as nobody could scrape that port" -}}
{{- end -}}
{{- if and .Values.tls.existingSecret .Values.serviceMonitor.enabled (not .Values.opsPort) -}}
{{- fail "tls.existingSecret: expected opsPort with it, as Prometheus does not know the certificate; that port stays without TLS" -}}
{{- end -}}
{{- $grpcPort := int .Values.grpcPort -}}
{{- if and $grpcPort (has $grpcPort (list (int .Values.opsPort) (int .Values.service.port))) -}}
{{- fail "grpcPort: expected another port than opsPort and service.port" -}}
{{- end -}}
{{- end -}}

{{/* For every container: no root, nothing written outside the cache, nothing gained. The user is the image's `nonroot`, by
number: Kubernetes cannot tell of a name that it is not root. */}}
{{- define "handspring.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Variables that decide which files a model needs: the same for the one that fetches and the one that serves. */}}
{{- define "handspring.modelEnv" -}}
- { name: MODEL, value: {{ .Values.model | quote }} }
- { name: MODALITIES, value: {{ .Values.modalities | quote }} }
- { name: CACHE_DIR, value: /cache }
{{- range $name, $value := .Values.env }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end -}}
