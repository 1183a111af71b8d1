CREATE TABLE parties_merge (
	kept_id UUID NOT NULL, 
	merged_id UUID NOT NULL, 
	reason TEXT NOT NULL, 
	merged_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	merged_by TEXT NOT NULL, 
	undone_at TIMESTAMP WITH TIME ZONE, 
	undone_by TEXT NOT NULL, 
	undone_why TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_parties_merge PRIMARY KEY (id), 
	CONSTRAINT ck_parties_merge_two CHECK (kept_id <> merged_id), 
	CONSTRAINT fk_parties_merge_kept_id FOREIGN KEY(kept_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_merge_merged_id FOREIGN KEY(merged_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_merge_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_parties_merge_entry_id ON parties_merge (entry_id)
-- ;
CREATE INDEX ix_parties_merge_kept_id ON parties_merge (kept_id)
-- ;
CREATE UNIQUE INDEX uq_parties_merge_merged ON parties_merge (merged_id) WHERE undone_at IS NULL
-- ;
CREATE TABLE parties_told_apart (
	one_id UUID NOT NULL, 
	other_id UUID NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	decided_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_parties_told_apart PRIMARY KEY (id), 
	CONSTRAINT uq_parties_told_apart_one_id_other_id UNIQUE (one_id, other_id), 
	CONSTRAINT fk_parties_told_apart_one_id FOREIGN KEY(one_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_told_apart_other_id FOREIGN KEY(other_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_told_apart_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_parties_told_apart_entry_id ON parties_told_apart (entry_id)
-- ;
CREATE INDEX ix_parties_told_apart_other_id ON parties_told_apart (other_id)
-- ;
CREATE TABLE premises_supply_change (
	service_point_id UUID NOT NULL, 
	before VARCHAR(32) NOT NULL, 
	after VARCHAR(32) NOT NULL, 
	since DATE NOT NULL, 
	reason TEXT NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	changed_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_premises_supply_change PRIMARY KEY (id), 
	CONSTRAINT fk_premises_supply_change_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_premises_supply_change_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_premises_supply_change_entry_id ON premises_supply_change (entry_id)
-- ;
CREATE INDEX ix_premises_supply_change_service_point_id ON premises_supply_change (service_point_id)
-- ;
CREATE TRIGGER parties_told_apart_no_update BEFORE UPDATE OF "one_id", "other_id", "decided_at", "decided_by", "id", "entry_id", "district_id", "hash" ON parties_told_apart
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER parties_told_apart_no_delete BEFORE DELETE ON parties_told_apart
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER parties_told_apart_no_truncate BEFORE TRUNCATE ON parties_told_apart
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER premises_supply_change_no_update BEFORE UPDATE OF "service_point_id", "before", "after", "since", "reason", "changed_at", "changed_by", "id", "entry_id", "district_id", "hash" ON premises_supply_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER premises_supply_change_no_delete BEFORE DELETE ON premises_supply_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER premises_supply_change_no_truncate BEFORE TRUNCATE ON premises_supply_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
