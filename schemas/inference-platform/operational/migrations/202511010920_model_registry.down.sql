drop table inference.model_registry_entries;
