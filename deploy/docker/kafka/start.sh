#!/bin/bash
# The broker in its official image, declared by deploy/kafka/server.properties like the one on a laptop.
# Asks for KAFKA_BROKER_PASSWORD and KAFKA_ADMIN_PASSWORD; writes below /tmp and the data folder alone.
set -euo pipefail
umask 077
run=${RUN_FOLDER:-/tmp/kafka}
mkdir -p "$run"

sed -e "s|\${data}|${DATA_FOLDER:-/var/lib/kafka/data/log}|" \
    -e 's|${controller_port}|9093|g' -e 's|${internal_port}|9092|' -e 's|${firms_port}|19094|' \
    -e "s|\${broker_password}|$KAFKA_BROKER_PASSWORD|g" \
    -e "s|\${server_pem}|${SERVER_PEM:-/tls/server.pem}|" \
    "${DECLARATIONS:-/declarations}/server.properties" > "$run/server.properties"
cat "${OVERRIDES:-/overrides}/listeners.properties" >> "$run/server.properties"

# As whom the health check asks.
printf '%s\n' security.protocol=SASL_PLAINTEXT sasl.mechanism=SCRAM-SHA-512 \
    "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username=\"admin\" password=\"$KAFKA_ADMIN_PASSWORD\";" \
    > "$run/admin.properties"

# In a file, one word a line: no process list shows a password. A folder that is formatted stays as it is.
cluster=$(printf '\0pledgeboard-one' | base64 | tr '+/' '-_' | tr -d '=')
printf '%s\n' --standalone --ignore-formatted --cluster-id "$cluster" --config "$run/server.properties" \
    --add-scram "SCRAM-SHA-512=[name=broker,password=$KAFKA_BROKER_PASSWORD]" \
    --add-scram "SCRAM-SHA-512=[name=admin,password=$KAFKA_ADMIN_PASSWORD]" > "$run/format.options"
kafka-storage.sh format "@$run/format.options"
rm "$run/format.options"

exec kafka-server-start.sh "$run/server.properties"
