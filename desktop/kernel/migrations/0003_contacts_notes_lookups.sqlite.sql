CREATE TABLE parties_contact (
	party_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	value TEXT NOT NULL, 
	notices BOOLEAN NOT NULL, 
	entered_by TEXT NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_parties_contact PRIMARY KEY (id), 
	CONSTRAINT fk_parties_contact_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_contact_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_parties_contact_entry_id ON parties_contact (entry_id)
-- ;
CREATE INDEX ix_parties_contact_party_id ON parties_contact (party_id)
-- ;
CREATE TABLE parties_reveal (
	party_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	looked_at DATETIME NOT NULL, 
	looked_by TEXT NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	words TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_parties_reveal PRIMARY KEY (id), 
	CONSTRAINT fk_parties_reveal_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_reveal_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_parties_reveal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_parties_reveal_entry_id ON parties_reveal (entry_id)
-- ;
CREATE INDEX ix_parties_reveal_party_id ON parties_reveal (party_id)
-- ;
CREATE TABLE parties_note (
	party_id CHAR(32) NOT NULL, 
	contract_account_id CHAR(32), 
	text TEXT NOT NULL, 
	author TEXT NOT NULL, 
	written_at DATETIME NOT NULL, 
	alert BOOLEAN NOT NULL, 
	settles_id CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_parties_note PRIMARY KEY (id), 
	CONSTRAINT fk_parties_note_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_note_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT uq_parties_note_settles_id UNIQUE (settles_id), 
	CONSTRAINT fk_parties_note_settles_id FOREIGN KEY(settles_id) REFERENCES parties_note (id), 
	CONSTRAINT fk_parties_note_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_parties_note_entry_id ON parties_note (entry_id)
-- ;
CREATE INDEX ix_parties_note_party_id ON parties_note (party_id)
-- ;
CREATE TRIGGER parties_note_no_update BEFORE UPDATE OF "party_id", "contract_account_id", "text", "author", "written_at", "alert", "settles_id", "id", "entry_id", "district_id", "hash" ON parties_note
BEGIN SELECT RAISE(ABORT, 'parties_note: rows are kept as they were written'); END
-- ;
CREATE TRIGGER parties_note_no_delete BEFORE DELETE ON parties_note
BEGIN SELECT RAISE(ABORT, 'parties_note: rows are never deleted'); END
-- ;
CREATE TRIGGER parties_note_no_replace BEFORE INSERT ON parties_note
WHEN EXISTS (SELECT 1 FROM parties_note WHERE ("id" = NEW."id") OR ("settles_id" = NEW."settles_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: parties_note'); END
-- ;
CREATE TRIGGER parties_reveal_no_update BEFORE UPDATE OF "party_id", "user_id", "looked_at", "looked_by", "reason", "words", "id", "entry_id", "district_id", "hash" ON parties_reveal
BEGIN SELECT RAISE(ABORT, 'parties_reveal: rows are kept as they were written'); END
-- ;
CREATE TRIGGER parties_reveal_no_delete BEFORE DELETE ON parties_reveal
BEGIN SELECT RAISE(ABORT, 'parties_reveal: rows are never deleted'); END
-- ;
CREATE TRIGGER parties_reveal_no_replace BEFORE INSERT ON parties_reveal
WHEN EXISTS (SELECT 1 FROM parties_reveal WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: parties_reveal'); END
