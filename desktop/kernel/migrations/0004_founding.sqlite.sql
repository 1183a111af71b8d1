CREATE TABLE papers_attachment (
	digest TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	content BLOB NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_papers_attachment PRIMARY KEY (id), 
	CONSTRAINT uq_papers_attachment_digest UNIQUE (digest), 
	CONSTRAINT fk_papers_attachment_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_papers_attachment_entry_id ON papers_attachment (entry_id)
-- ;
CREATE TABLE staff_company (
	name TEXT NOT NULL, 
	tax_number TEXT NOT NULL, 
	bank TEXT NOT NULL, 
	bank_account TEXT NOT NULL, 
	letterhead TEXT, 
	seal TEXT, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_staff_company PRIMARY KEY (id), 
	CONSTRAINT uq_staff_company_name UNIQUE (name), 
	CONSTRAINT fk_staff_company_letterhead FOREIGN KEY(letterhead) REFERENCES papers_attachment (digest), 
	CONSTRAINT fk_staff_company_seal FOREIGN KEY(seal) REFERENCES papers_attachment (digest), 
	CONSTRAINT fk_staff_company_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_company_entry_id ON staff_company (entry_id)
-- ;
CREATE TABLE staff_draft (
	user_id CHAR(32) NOT NULL, 
	form TEXT NOT NULL, 
	saved_at DATETIME NOT NULL, 
	content TEXT NOT NULL, 
	CONSTRAINT pk_staff_draft PRIMARY KEY (user_id, form), 
	CONSTRAINT fk_staff_draft_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id)
)
-- ;
CREATE TRIGGER papers_attachment_no_update BEFORE UPDATE OF "digest", "media_type", "content", "id", "entry_id", "district_id", "hash" ON papers_attachment
BEGIN SELECT RAISE(ABORT, 'papers_attachment: rows are kept as they were written'); END
-- ;
CREATE TRIGGER papers_attachment_no_delete BEFORE DELETE ON papers_attachment
BEGIN SELECT RAISE(ABORT, 'papers_attachment: rows are never deleted'); END
-- ;
CREATE TRIGGER papers_attachment_no_replace BEFORE INSERT ON papers_attachment
WHEN EXISTS (SELECT 1 FROM papers_attachment WHERE ("digest" = NEW."digest") OR ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: papers_attachment'); END
