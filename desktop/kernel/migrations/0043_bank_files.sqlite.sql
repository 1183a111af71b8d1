CREATE TABLE treasury_bank (
	name TEXT NOT NULL, 
	columns TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_bank PRIMARY KEY (id), 
	CONSTRAINT uq_treasury_bank_name UNIQUE (name), 
	CONSTRAINT fk_treasury_bank_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_bank_entry_id ON treasury_bank (entry_id)
-- ;
CREATE TABLE treasury_bank_file (
	bank_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	taken_at DATETIME NOT NULL, 
	file_name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_bank_file PRIMARY KEY (id), 
	CONSTRAINT fk_treasury_bank_file_bank_id FOREIGN KEY(bank_id) REFERENCES treasury_bank (id), 
	CONSTRAINT fk_treasury_bank_file_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_bank_file_sha256 UNIQUE (sha256), 
	CONSTRAINT fk_treasury_bank_file_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_bank_file_bank_id ON treasury_bank_file (bank_id)
-- ;
CREATE INDEX ix_treasury_bank_file_entry_id ON treasury_bank_file (entry_id)
-- ;
CREATE TABLE treasury_bank_line (
	bank_id CHAR(32) NOT NULL, 
	file_id CHAR(32) NOT NULL, 
	"row" BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	day DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	reference TEXT NOT NULL, 
	text TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_bank_line PRIMARY KEY (id), 
	CONSTRAINT uq_treasury_bank_line_bank_id_key UNIQUE (bank_id, "key"), 
	CONSTRAINT fk_treasury_bank_line_bank_id FOREIGN KEY(bank_id) REFERENCES treasury_bank (id), 
	CONSTRAINT fk_treasury_bank_line_file_id FOREIGN KEY(file_id) REFERENCES treasury_bank_file (id), 
	CONSTRAINT fk_treasury_bank_line_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_bank_line_entry_id ON treasury_bank_line (entry_id)
-- ;
CREATE INDEX ix_treasury_bank_line_file_id ON treasury_bank_line (file_id)
-- ;
CREATE TABLE treasury_bank_match (
	line_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	source_id CHAR(32) NOT NULL, 
	amount BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	matched_at DATETIME NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	by_hand BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	posting_set_id CHAR(32), 
	undone_at DATETIME, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_bank_match PRIMARY KEY (id), 
	CONSTRAINT ck_treasury_bank_match_posted CHECK ((posting_set_id IS NULL) = (kind = 'aside')), 
	CONSTRAINT fk_treasury_bank_match_line_id FOREIGN KEY(line_id) REFERENCES treasury_bank_line (id), 
	CONSTRAINT fk_treasury_bank_match_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_bank_match_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_treasury_bank_match_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_treasury_bank_match_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_bank_match_entry_id ON treasury_bank_match (entry_id)
-- ;
CREATE INDEX ix_treasury_bank_match_line_id ON treasury_bank_match (line_id)
-- ;
CREATE UNIQUE INDEX uq_treasury_bank_match_source ON treasury_bank_match (source_id) WHERE undone_at IS NULL
-- ;
CREATE TRIGGER treasury_bank_file_no_update BEFORE UPDATE OF "bank_id", "user_id", "taken_at", "file_name", "sha256", "id", "entry_id", "district_id", "hash" ON treasury_bank_file
BEGIN SELECT RAISE(ABORT, 'treasury_bank_file: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_bank_file_no_delete BEFORE DELETE ON treasury_bank_file
BEGIN SELECT RAISE(ABORT, 'treasury_bank_file: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_bank_file_no_replace BEFORE INSERT ON treasury_bank_file
WHEN EXISTS (SELECT 1 FROM treasury_bank_file WHERE ("id" = NEW."id") OR ("sha256" = NEW."sha256"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_bank_file'); END
-- ;
CREATE TRIGGER treasury_bank_line_no_update BEFORE UPDATE OF "bank_id", "file_id", "row", "key", "day", "amount", "reference", "text", "id", "entry_id", "district_id", "hash" ON treasury_bank_line
BEGIN SELECT RAISE(ABORT, 'treasury_bank_line: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_bank_line_no_delete BEFORE DELETE ON treasury_bank_line
BEGIN SELECT RAISE(ABORT, 'treasury_bank_line: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_bank_line_no_replace BEFORE INSERT ON treasury_bank_line
WHEN EXISTS (SELECT 1 FROM treasury_bank_line WHERE ("bank_id" = NEW."bank_id" AND "key" = NEW."key") OR ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_bank_line'); END
