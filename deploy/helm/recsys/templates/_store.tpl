{{- /* The environment of everything that opens the store: the server and the wait for the first key. The names of these settings are here only. */ -}}
{{- define "recsys.storeEnv" -}}
- name: RECSYS_DB
  value: /data/recsys.db
{{- if eq .Values.store "redis" }}
- name: RECSYS_MODEL_FOLDER
  value: /data/models
- name: RECSYS_REDIS
  value: {{ required "redis.endpoints is needed with store: redis" (join "," .Values.redis.endpoints) | quote }}
- name: RECSYS_DURABILITY
  value: {{ .Values.redis.durability }}
- name: RECSYS_REDIS_TLS
  value: {{ .Values.redis.tls | quote }}
- name: RECSYS_REDIS_DATABASE
  value: {{ .Values.redis.database | quote }}
{{- with .Values.redis.user }}
- name: RECSYS_REDIS_USER
  value: {{ . | quote }}
{{- end }}
{{- with .Values.redis.prefix }}
- name: RECSYS_REDIS_PREFIX
  value: {{ . | quote }}
{{- end }}
{{- with .Values.redis.existingSecret }}
- name: RECSYS_REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $.Values.redis.existingSecretKey }}
{{- end }}
{{- end }}
{{- end }}

{{- define "recsys.storeMounts" -}}
- name: data
  mountPath: /data
- name: tmp
  mountPath: /tmp
{{- end }}
