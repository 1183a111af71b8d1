CREATE TABLE parties_change (
	party_id CHAR(32) NOT NULL, 
	changed_at DATETIME NOT NULL, 
	changed_by TEXT NOT NULL, 
	part VARCHAR(32) NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_parties_change PRIMARY KEY (id), 
	CONSTRAINT fk_parties_change_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_change_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_parties_change_entry_id ON parties_change (entry_id)
-- ;
CREATE INDEX ix_parties_change_party_id ON parties_change (party_id)
-- ;
CREATE TRIGGER parties_change_no_update BEFORE UPDATE OF "party_id", "changed_at", "changed_by", "part", "before", "after", "id", "entry_id", "district_id", "hash" ON parties_change
BEGIN SELECT RAISE(ABORT, 'parties_change: rows are kept as they were written'); END
-- ;
CREATE TRIGGER parties_change_no_delete BEFORE DELETE ON parties_change
BEGIN SELECT RAISE(ABORT, 'parties_change: rows are never deleted'); END
-- ;
CREATE TRIGGER parties_change_no_replace BEFORE INSERT ON parties_change
WHEN EXISTS (SELECT 1 FROM parties_change WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: parties_change'); END
