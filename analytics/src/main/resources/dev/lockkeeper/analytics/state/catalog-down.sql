-- The files in the warehouse stay.
drop table ${schema}.iceberg_namespace_properties;
drop table ${schema}.iceberg_tables;
