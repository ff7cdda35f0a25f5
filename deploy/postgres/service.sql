-- One service's place in the database: three roles and a schema that nobody else may look into.
--
-- Parameters are the settings setup.service and setup.owner_password, setup.service_password, setup.relay_password of
-- the session. It may be run again: it makes what is missing and sets the passwords anew.
--
--   <service>_owner   owns the schema and runs the migrations
--   <service>         the service itself (roles api and worker); the migrations grant it its tables
--   <service>_relay   the relay: sees the outbox alone, and is disconnected when it falls silent while holding the lock
do $$
declare
    service constant text := current_setting('setup.service');
    owner constant text := service || '_owner';
    relay constant text := service || '_relay';
    role record;
begin
    for role in
        select * from (values
            (owner, current_setting('setup.owner_password')),
            (service, current_setting('setup.service_password')),
            (relay, current_setting('setup.relay_password'))) as wanted (name, password)
    loop
        if not exists (select from pg_roles where rolname = role.name) then
            execute format('create role %I', role.name);
        end if;
        -- Whoever holds one of these attributes passes by the grants below or the row security of the tables.
        if exists (select from pg_roles where rolname = role.name
                   and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)) then
            raise exception 'role % may do more than a service should', role.name;
        end if;
        execute format('alter role %I login noinherit password %L', role.name, role.password);
        execute format('alter role %I set search_path = %I', role.name, service);
        execute format('alter role %I set lock_timeout = %L', role.name, '4s');
        execute format('grant connect on database %I to %I', current_database(), role.name);
    end loop;
    execute format('alter role %I set idle_session_timeout = %L', relay, '5s');

    -- Creating a schema for somebody takes membership; a superuser has it anyway, a managed database's admin asks.
    execute format('grant %I to current_user', owner);
    execute format('create schema if not exists %I authorization %I', service, owner);
    execute format('revoke all on schema %I from public', service);
    execute format('grant usage on schema %I to %I, %I', service, service, relay);
end
$$;
