CREATE TABLE contracts_suspension_rule (
	valid_from DATE NOT NULL, 
	least_days BIGINT NOT NULL, 
	most_months BIGINT NOT NULL, 
	most_times BIGINT, 
	set_at DATETIME NOT NULL, 
	set_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_contracts_suspension_rule PRIMARY KEY (id), 
	CONSTRAINT fk_contracts_suspension_rule_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_contracts_suspension_rule_entry_id ON contracts_suspension_rule (entry_id)
-- ;
CREATE TRIGGER contracts_suspension_rule_no_update BEFORE UPDATE OF "valid_from", "least_days", "most_months", "most_times", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON contracts_suspension_rule
BEGIN SELECT RAISE(ABORT, 'contracts_suspension_rule: rows are kept as they were written'); END
-- ;
CREATE TRIGGER contracts_suspension_rule_no_delete BEFORE DELETE ON contracts_suspension_rule
BEGIN SELECT RAISE(ABORT, 'contracts_suspension_rule: rows are never deleted'); END
-- ;
CREATE TRIGGER contracts_suspension_rule_no_replace BEFORE INSERT ON contracts_suspension_rule
WHEN EXISTS (SELECT 1 FROM contracts_suspension_rule WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: contracts_suspension_rule'); END
