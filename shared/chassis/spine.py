"""The tables every service owns: what a migration calls to create them, and its row security.

The statements are frozen: a later change of the spine is a new function here and a new revision in each service.
`chassis.tables` mirrors them for queries, and a test compares the two.
"""

from typing import Literal

from alembic.operations import Operations
from sqlalchemy import text

PARTITIONS_AHEAD = 7

_TABLES = """
create sequence outbox_id_seq as bigint cache 1;

create table outbox (
    id bigint not null default nextval('outbox_id_seq'),
    day date not null default ((now() at time zone 'Asia/Shanghai')::date),
    topic text not null,
    key text,
    partition integer,
    sequence bigint not null,
    event_id uuid not null,
    headers jsonb not null,
    body bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,
    constraint outbox_pkey primary key (day, id)
) partition by range (day);
alter sequence outbox_id_seq owned by outbox.id;
create index outbox_unsent on outbox (id) where sent_at is null;
create table outbox_default partition of outbox default;

create table topic_sequence (
    topic text not null,
    key text not null,
    last bigint not null,
    constraint topic_sequence_pkey primary key (topic, key)
);

create table outbox_parked_key (
    topic text not null,
    key text not null,
    outbox_id bigint not null,
    reason text not null,
    since timestamptz not null default clock_timestamp(),
    constraint outbox_parked_key_pkey primary key (topic, key)
);

create table inbox (
    consumer text not null,
    event_id text not null,
    topic text not null,
    key text not null,
    sequence bigint not null,
    applied_at timestamptz not null default clock_timestamp(),
    constraint inbox_pkey primary key (consumer, event_id)
);
create index inbox_applied_at on inbox (applied_at);

create table applied_sequence (
    consumer text not null,
    topic text not null,
    key text not null,
    last bigint not null,
    constraint applied_sequence_pkey primary key (consumer, topic, key)
);

create table consumer_offset (
    consumer text not null,
    topic text not null,
    partition integer not null,
    topic_id text not null,
    next bigint not null,
    holder text,
    suspect_offset bigint,
    attempts integer not null default 0,
    updated_at timestamptz not null default clock_timestamp(),
    constraint consumer_offset_pkey primary key (consumer, topic, partition)
);

create table slice_suspicion (
    consumer text not null,
    topic text not null,
    partition integer not null,
    state jsonb not null,
    updated_at timestamptz not null default clock_timestamp(),
    constraint slice_suspicion_pkey primary key (consumer, topic, partition)
);

create table parked_key (
    consumer text not null,
    topic text not null,
    key text not null,
    reason text not null,
    detail text not null,
    since timestamptz not null default clock_timestamp(),
    released_at timestamptz,
    constraint parked_key_pkey primary key (consumer, topic, key)
);

create table parked_record (
    id bigint generated always as identity,
    consumer text not null,
    topic text not null,
    key text not null,
    partition integer not null,
    "offset" bigint not null,
    sequence bigint,
    headers jsonb not null,
    body bytea,
    arrived_at timestamptz not null default clock_timestamp(),
    constraint parked_record_pkey primary key (id),
    constraint parked_record_once unique (consumer, topic, partition, "offset")
);
create index parked_record_in_order on parked_record (consumer, topic, key, id);

create table idempotency (
    actor text not null,
    key text not null,
    operation text not null,
    request_hash text not null,
    result bytea,
    created_at timestamptz not null default clock_timestamp(),
    constraint idempotency_pkey primary key (actor, key)
);
create index idempotency_created_at on idempotency (created_at);

create table audit (
    id bigint generated always as identity,
    at timestamptz not null default clock_timestamp(),
    operation text not null,
    actor text not null,
    roles text[] not null,
    participant_id text,
    firm_id text,
    door text not null,
    door_ref text,
    outcome text not null,
    details jsonb not null,
    event_ids uuid[] not null,
    trace_id text,
    constraint audit_pkey primary key (id)
);
create index audit_at on audit (at);

create table due_work (
    id uuid not null,
    kind text not null,
    key text not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    retry_at timestamptz,
    parked_reason text,
    created_at timestamptz not null default clock_timestamp(),
    constraint due_work_pkey primary key (id),
    constraint due_work_once unique (kind, key)
);
create index due_work_in_order on due_work (kind, due_at) where parked_reason is null;
"""

# Partitions are made and dropped by their owner; the relay, which is not, calls these two functions.
_ENSURE_PARTITIONS = """
create function ensure_outbox_partitions(ahead integer) returns integer
language plpgsql security definer set search_path = {schema}, pg_temp as $$
declare
    today date := (now() at time zone 'Asia/Shanghai')::date;
    made integer := 0;
    one date;
    name text;
begin
    perform pg_advisory_xact_lock(hashtext('outbox-partitions:{schema}'));
    for one in select today + i from generate_series(0, ahead) as i loop
        name := 'outbox_' || to_char(one, 'YYYYMMDD');
        -- A day whose rows already lie in the default partition stays there.
        if to_regclass('{schema}.' || name) is null and not exists (select from outbox_default where day = one) then
            execute format('create table {schema}.%I partition of {schema}.outbox for values from (%L) to (%L)',
                           name, one, one + 1);
            made := made + 1;
        end if;
    end loop;
    return made;
end $$
"""

_DROP_PARTITIONS = """
create function drop_sent_outbox_partitions(keep_days integer) returns integer
language plpgsql security definer set search_path = {schema}, pg_temp as $$
declare
    oldest date := (now() at time zone 'Asia/Shanghai')::date - keep_days;
    dropped integer := 0;
    name text;
    unsent boolean;
begin
    -- The parent first, as every writer does: the other way round would deadlock with it.
    set local lock_timeout = '2s';
    lock table only {schema}.outbox in access exclusive mode;
    for name in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = '{schema}.outbox'::regclass and c.relname ~ '^outbox_[0-9]{{8}}$'
          and to_date(right(c.relname, 8), 'YYYYMMDD') < oldest
    loop
        execute format('lock table {schema}.%I in access exclusive mode', name);
        execute format('select exists (select from {schema}.%I where sent_at is null)', name) into unsent;
        if not unsent then
            execute format('drop table {schema}.%I', name);
            dropped := dropped + 1;
        end if;
    end loop;
    delete from outbox_default where day < oldest and sent_at is not null;
    return dropped;
end $$
"""

# What the service may do with the tables of its owner; the audit trail only grows, and the relay sees the outbox alone.
_GRANTS = """
grant usage on schema {schema} to {service}, {service}_relay;
alter default privileges in schema {schema} grant select, insert, update, delete on tables to {service};
alter default privileges in schema {schema} grant usage, select on sequences to {service};
grant select, insert, update, delete on all tables in schema {schema} to {service};
grant usage, select on all sequences in schema {schema} to {service};
revoke update, delete on audit from {service};
grant select on outbox to {service}_relay;
grant update (sent_at) on outbox to {service}_relay;
grant select, insert, delete on outbox_parked_key to {service}_relay;
revoke all on function ensure_outbox_partitions(integer), drop_sent_outbox_partitions(integer) from public;
grant execute on function ensure_outbox_partitions(integer), drop_sent_outbox_partitions(integer)
    to {service}, {service}_relay;
"""


def create_spine(op: Operations) -> None:
    """Creates the chassis' tables in the current schema, whose name is the service's, and grants them to its roles.

    Called by the first revision of each service. The roles `<service>` and `<service>_relay` must exist.
    """
    bind = op.get_bind()
    schema = bind.execute(text("select current_schema()")).scalar_one()
    for statement in _statements(_TABLES):
        op.execute(statement)
    op.execute(_ENSURE_PARTITIONS.format(schema=schema))
    op.execute(_DROP_PARTITIONS.format(schema=schema))
    op.execute(f"select ensure_outbox_partitions({PARTITIONS_AHEAD})")
    for statement in _statements(_GRANTS.format(schema=schema, service=schema)):
        op.execute(statement)


def drop_spine(op: Operations) -> None:
    """Undoes `create_spine`."""
    op.execute("drop function ensure_outbox_partitions(integer), drop_sent_outbox_partitions(integer)")
    op.execute(
        "drop table outbox, topic_sequence, outbox_parked_key, inbox, applied_sequence, consumer_offset, "
        "slice_suspicion, parked_key, parked_record, idempotency, audit, due_work"
    )


def enable_row_security(op: Operations, table: str, column: str, setting: Literal["participant_id", "firm_id"]) -> None:
    """Forces row-level security on a table: a row is seen and written in its own scope, or in the scope of all.

    `setting` names the transaction's `pledgeboard.participant_id` or `pledgeboard.firm_id`; a transaction that has
    set neither sees nothing.
    """
    condition = (
        f"{column}::text = current_setting('pledgeboard.{setting}', true) "
        "or current_setting('pledgeboard.scope', true) = 'all'"
    )
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy {table}_{setting} on {table} using ({condition}) with check ({condition})")


def _statements(script: str) -> list[str]:
    return [statement.strip() for statement in script.split(";\n") if statement.strip()]
