CREATE TABLE parties_change (
	party_id UUID NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	changed_by TEXT NOT NULL, 
	part VARCHAR(32) NOT NULL, 
	before TEXT NOT NULL, 
	after TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_parties_change PRIMARY KEY (id), 
	CONSTRAINT fk_parties_change_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_change_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_parties_change_entry_id ON parties_change (entry_id)
-- ;
CREATE INDEX ix_parties_change_party_id ON parties_change (party_id)
-- ;
CREATE TRIGGER parties_change_no_update BEFORE UPDATE OF "party_id", "changed_at", "changed_by", "part", "before", "after", "id", "entry_id", "district_id", "hash" ON parties_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER parties_change_no_delete BEFORE DELETE ON parties_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER parties_change_no_truncate BEFORE TRUNCATE ON parties_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
