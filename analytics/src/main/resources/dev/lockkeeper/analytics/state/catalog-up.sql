-- The catalog in which Iceberg keeps what tables adapter spark-iceberg has made, as Iceberg's JdbcCatalog wants it (jdbc.schema-version=V1).
create table ${schema}.iceberg_tables (
    catalog_name varchar(255) not null,
    table_namespace varchar(255) not null,
    table_name varchar(255) not null,
    metadata_location varchar(1000),
    previous_metadata_location varchar(1000),
    iceberg_type varchar(5),
    primary key (catalog_name, table_namespace, table_name)
);

comment on table ${schema}.iceberg_tables is
    'Tables of Iceberg, and the file that says what each of them is now. Iceberg writes it: a commit is an update of one row.';

create table ${schema}.iceberg_namespace_properties (
    catalog_name varchar(255) not null,
    namespace varchar(255) not null,
    property_key varchar(255) not null,
    property_value varchar(1000),
    primary key (catalog_name, namespace, property_key)
);

comment on table ${schema}.iceberg_namespace_properties is 'Namespaces of Iceberg, one for each schema that has targets of rollups.';
