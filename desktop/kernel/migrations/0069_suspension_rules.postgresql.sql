CREATE TABLE contracts_suspension_rule (
	valid_from DATE NOT NULL, 
	least_days BIGINT NOT NULL, 
	most_months BIGINT NOT NULL, 
	most_times BIGINT, 
	set_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	set_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_contracts_suspension_rule PRIMARY KEY (id), 
	CONSTRAINT fk_contracts_suspension_rule_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_contracts_suspension_rule_entry_id ON contracts_suspension_rule (entry_id)
-- ;
CREATE TRIGGER contracts_suspension_rule_no_update BEFORE UPDATE OF "valid_from", "least_days", "most_months", "most_times", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON contracts_suspension_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER contracts_suspension_rule_no_delete BEFORE DELETE ON contracts_suspension_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER contracts_suspension_rule_no_truncate BEFORE TRUNCATE ON contracts_suspension_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
