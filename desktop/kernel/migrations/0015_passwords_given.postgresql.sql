CREATE TABLE staff_password_given (
	user_id UUID NOT NULL, 
	given_by UUID NOT NULL, 
	given_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_staff_password_given PRIMARY KEY (id), 
	CONSTRAINT fk_staff_password_given_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_password_given_given_by FOREIGN KEY(given_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_password_given_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_password_given_entry_id ON staff_password_given (entry_id)
-- ;
CREATE INDEX ix_staff_password_given_user_id ON staff_password_given (user_id)
-- ;
CREATE TRIGGER staff_password_given_no_update BEFORE UPDATE OF "user_id", "given_by", "given_at", "id", "entry_id", "district_id", "hash" ON staff_password_given
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_password_given_no_delete BEFORE DELETE ON staff_password_given
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_password_given_no_truncate BEFORE TRUNCATE ON staff_password_given
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
