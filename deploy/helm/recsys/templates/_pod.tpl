{{- /* The pod, the same for both kinds of workload. */ -}}
{{- define "recsys.probe" -}}
httpGet:
  path: {{ .probe.path }}
  port: {{ include "recsys.probePort" .root }}
  scheme: {{ ternary "HTTPS" "HTTP" (ne .root.Values.tls.existingSecret "") }}
periodSeconds: {{ .probe.periodSeconds }}
timeoutSeconds: {{ .probe.timeoutSeconds }}
failureThreshold: {{ .probe.failureThreshold }}
{{- end }}

{{- define "recsys.serverEnv" -}}
{{ include "recsys.storeEnv" . }}
- name: RECSYS_BIND_ADDRESS
  value: 0.0.0.0
- name: RECSYS_GRPC_PORT
  value: "7080"
- name: RECSYS_REST_PORT
  value: "7081"
- name: RECSYS_SHUTDOWN_SECONDS
  value: {{ .Values.server.shutdownSeconds | quote }}
- name: RECSYS_LOG_LEVEL
  value: {{ .Values.server.logLevel }}
{{- if .Values.server.allowAnonymousNetwork }}
- name: RECSYS_ALLOW_ANONYMOUS_NETWORK
  value: "true"
{{- end }}
{{- if .Values.tls.existingSecret }}
- name: RECSYS_TLS_CERTIFICATE
  value: /tls/tls.crt
- name: RECSYS_TLS_KEY
  value: /tls/tls.key
{{- end }}
{{- range $name, $value := .Values.server.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "recsys.pod" -}}
metadata:
  labels:
    {{- include "recsys.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "recsys.serviceAccountName" . }}
  # It never asks the Kubernetes API.
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  terminationGracePeriodSeconds: {{ add .Values.server.preStopSeconds .Values.server.shutdownSeconds 15 }}
  securityContext:
    {{- include "recsys.podSecurityContext" . | nindent 4 }}
  {{- if and .Values.awaitFirstKey (not .Values.server.allowAnonymousNetwork) }}
  initContainers:
    - name: await-key
      image: {{ include "recsys.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      command: [recsys-await-key]
      env:
        {{- include "recsys.storeEnv" . | nindent 8 }}
      securityContext:
        {{- include "recsys.securityContext" . | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        {{- include "recsys.storeMounts" . | nindent 8 }}
  {{- end }}
  containers:
    - name: recsys
      image: {{ include "recsys.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      env:
        {{- include "recsys.serverEnv" . | nindent 8 }}
      ports:
        - name: grpc
          containerPort: 7080
        {{- if not .Values.tls.existingSecret }}
        - name: rest
          containerPort: 7081
        {{- end }}
      startupProbe:
        {{- include "recsys.probe" (dict "root" . "probe" .Values.probes.startup) | nindent 8 }}
      readinessProbe:
        {{- include "recsys.probe" (dict "root" . "probe" .Values.probes.readiness) | nindent 8 }}
      livenessProbe:
        {{- include "recsys.probe" (dict "root" . "probe" .Values.probes.liveness) | nindent 8 }}
      {{- if gt (int .Values.server.preStopSeconds) 0 }}
      lifecycle:
        preStop:
          exec:
            command: [sleep, {{ .Values.server.preStopSeconds | quote }}]
      {{- end }}
      securityContext:
        {{- include "recsys.securityContext" . | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        {{- include "recsys.storeMounts" . | nindent 8 }}
        {{- if .Values.tls.existingSecret }}
        - name: tls
          mountPath: /tls
          readOnly: true
        {{- end }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: 1Gi
    {{- if eq .Values.store "redis" }}
    - name: data
      {{- if .Values.models.existingClaim }}
      persistentVolumeClaim:
        claimName: {{ .Values.models.existingClaim }}
      {{- else }}
      emptyDir:
        sizeLimit: {{ .Values.models.emptyDirSize }}
      {{- end }}
    {{- end }}
    {{- with .Values.tls.existingSecret }}
    - name: tls
      secret:
        secretName: {{ . }}
        defaultMode: 0440
    {{- end }}
  topologySpreadConstraints:
    {{- if .Values.topologySpreadConstraints }}
    {{- toYaml .Values.topologySpreadConstraints | nindent 4 }}
    {{- else }}
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "recsys.selectorLabels" $ | nindent 10 }}
    {{- end }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
