
grant select, insert, update, delete on ${schema}.iceberg_tables, ${schema}.iceberg_namespace_properties to ${role};
