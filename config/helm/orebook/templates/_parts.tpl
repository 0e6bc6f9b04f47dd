{{- define "orebook.name" -}}
{{- printf "%s-%s" .root.Release.Name .component | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "orebook.selects" -}}
app.kubernetes.io/name: orebook
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "orebook.labels" -}}
{{ include "orebook.selects" . }}
app.kubernetes.io/version: {{ .root.Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "orebook.claim" -}}
{{- .Values.state.claim | default (printf "%s-state" .Release.Name) -}}
{{- end -}}

{{/* The same variables as x-environment of docker-compose.yml. */}}
{{- define "orebook.environment" -}}
{{- range $name, $value := omit .root.Values.settings "ORE_HOSTS" }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
# Probes ask by this name.
- {name: ORE_HOSTS, value: {{ printf "127.0.0.1,%s" .root.Values.settings.ORE_HOSTS | quote }}}
# Each server counts for itself: what one begins anew is no other's.
- {name: PROMETHEUS_MULTIPROC_DIR, value: /tmp/metrics}
# What is put by while a long file is read or written; /tmp is memory.
- {name: TMPDIR, value: /data/tmp}
{{- range list "DATABASE_URL" "REDIS_URL" "ORE_SECRET_DJANGO" "ORE_SECRET_SEAL" }}
- {name: {{ . }}, valueFrom: {secretKeyRef: {name: {{ $.root.Values.secret }}, key: {{ . }}}}}
{{- end }}
{{- range list "ORE_SECRET_DJANGO_BEFORE" "ORE_SECRET_SEAL_BEFORE" "DATABASE_STANDBY_URL" "EMAIL_HOST_PASSWORD" "ORE_METRICS_TOKEN" "ORE_DOCUMENTS_OPTIONS" "SENTRY_DSN" }}
- {name: {{ . }}, valueFrom: {secretKeyRef: {name: {{ $.root.Values.secret }}, key: {{ . }}, optional: true}}}
{{- end }}
{{- if .owns }}
{{- range list "DATABASE_ADMIN_URL" "DATABASE_OWNER_URL" }}
- {name: {{ . }}, valueFrom: {secretKeyRef: {name: {{ $.root.Values.secret }}, key: {{ . }}}}}
{{- end }}
{{- end }}
{{- end -}}

{{/* A pod of ours: nobody special, nothing to write to but what it is given. */}}
{{- define "orebook.pod" -}}
metadata:
  labels:
    {{- include "orebook.labels" . | nindent 4 }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 30
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- if .once }}
  restartPolicy: Never
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  {{- if not .once }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "orebook.selects" . | nindent 10 }}
  {{- end }}
  containers:
    - name: {{ .component }}
      image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag }}"
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      {{- with .command }}
      args: {{ toJson . }}
      {{- end }}
      env:
        {{- include "orebook.environment" . | nindent 8 }}
      {{- with .more }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      resources:
        {{- toYaml .resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        {{- if not .once }}
        - {name: state, mountPath: /data}
        {{- else }}
        - {name: passing, mountPath: /data}
        {{- end }}
        - {name: passing-files, mountPath: /data/tmp}
  volumes:
    - {name: tmp, emptyDir: {medium: Memory, sizeLimit: 256Mi}}
    {{- if not .once }}
    - name: state
      persistentVolumeClaim: {claimName: {{ include "orebook.claim" .root }}}
    {{- else }}
    - {name: passing, emptyDir: {}}
    {{- end }}
    - {name: passing-files, emptyDir: {}}
{{- end -}}
