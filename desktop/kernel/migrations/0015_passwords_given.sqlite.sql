CREATE TABLE staff_password_given (
	user_id CHAR(32) NOT NULL, 
	given_by CHAR(32) NOT NULL, 
	given_at DATETIME NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_staff_password_given PRIMARY KEY (id), 
	CONSTRAINT fk_staff_password_given_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_password_given_given_by FOREIGN KEY(given_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_password_given_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_staff_password_given_entry_id ON staff_password_given (entry_id)
-- ;
CREATE INDEX ix_staff_password_given_user_id ON staff_password_given (user_id)
-- ;
CREATE TRIGGER staff_password_given_no_update BEFORE UPDATE OF "user_id", "given_by", "given_at", "id", "entry_id", "district_id", "hash" ON staff_password_given
BEGIN SELECT RAISE(ABORT, 'staff_password_given: rows are kept as they were written'); END
-- ;
CREATE TRIGGER staff_password_given_no_delete BEFORE DELETE ON staff_password_given
BEGIN SELECT RAISE(ABORT, 'staff_password_given: rows are never deleted'); END
-- ;
CREATE TRIGGER staff_password_given_no_replace BEFORE INSERT ON staff_password_given
WHEN EXISTS (SELECT 1 FROM staff_password_given WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: staff_password_given'); END
