CREATE TABLE metering_meter_test (
	number TEXT NOT NULL, 
	meter_id CHAR(32) NOT NULL, 
	service_point_id CHAR(32) NOT NULL, 
	contract_account_id CHAR(32) NOT NULL, 
	account_number TEXT NOT NULL, 
	words TEXT NOT NULL, 
	asked_by TEXT NOT NULL, 
	wanted_on DATE, 
	ordered_on DATE NOT NULL, 
	ordered_by TEXT NOT NULL, 
	due_on DATE, 
	state VARCHAR(32) NOT NULL, 
	ended_on DATE, 
	ended_by TEXT NOT NULL, 
	why TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_meter_test PRIMARY KEY (id), 
	CONSTRAINT uq_metering_meter_test_number UNIQUE (number), 
	CONSTRAINT fk_metering_meter_test_meter_id FOREIGN KEY(meter_id) REFERENCES metering_meter (id), 
	CONSTRAINT fk_metering_meter_test_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_metering_meter_test_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_metering_meter_test_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_meter_test_contract_account_id ON metering_meter_test (contract_account_id)
-- ;
CREATE INDEX ix_metering_meter_test_entry_id ON metering_meter_test (entry_id)
-- ;
CREATE INDEX ix_metering_meter_test_service_point_id ON metering_meter_test (service_point_id)
-- ;
CREATE UNIQUE INDEX uq_metering_meter_test_open ON metering_meter_test (meter_id) WHERE state = 'open'
-- ;
CREATE TABLE metering_meter_test_result (
	test_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	verdict VARCHAR(32) NOT NULL, 
	tested_on DATE NOT NULL, 
	content TEXT NOT NULL, 
	entered_at DATETIME NOT NULL, 
	entered_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_meter_test_result PRIMARY KEY (id), 
	CONSTRAINT uq_metering_meter_test_result_test_id_position UNIQUE (test_id, position), 
	CONSTRAINT fk_metering_meter_test_result_test_id FOREIGN KEY(test_id) REFERENCES metering_meter_test (id), 
	CONSTRAINT fk_metering_meter_test_result_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_metering_meter_test_result_entry_id ON metering_meter_test_result (entry_id)
-- ;
CREATE TABLE metering_read_request_withdrawn (
	request_id CHAR(32) NOT NULL, 
	withdrawn_on DATE NOT NULL, 
	withdrawn_by TEXT NOT NULL, 
	words TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_read_request_withdrawn PRIMARY KEY (id), 
	CONSTRAINT uq_metering_read_request_withdrawn_request_id UNIQUE (request_id), 
	CONSTRAINT fk_metering_read_request_withdrawn_request_id FOREIGN KEY(request_id) REFERENCES metering_read_request (id), 
	CONSTRAINT fk_metering_read_request_withdrawn_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_metering_read_request_withdrawn_entry_id ON metering_read_request_withdrawn (entry_id)
-- ;
CREATE TRIGGER metering_meter_test_result_no_update BEFORE UPDATE OF "test_id", "position", "verdict", "tested_on", "content", "entered_at", "entered_by", "id", "entry_id", "district_id", "hash" ON metering_meter_test_result
BEGIN SELECT RAISE(ABORT, 'metering_meter_test_result: rows are kept as they were written'); END
-- ;
CREATE TRIGGER metering_meter_test_result_no_delete BEFORE DELETE ON metering_meter_test_result
BEGIN SELECT RAISE(ABORT, 'metering_meter_test_result: rows are never deleted'); END
-- ;
CREATE TRIGGER metering_meter_test_result_no_replace BEFORE INSERT ON metering_meter_test_result
WHEN EXISTS (SELECT 1 FROM metering_meter_test_result WHERE ("id" = NEW."id") OR ("test_id" = NEW."test_id" AND "position" = NEW."position"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_meter_test_result'); END
-- ;
CREATE TRIGGER metering_read_request_withdrawn_no_update BEFORE UPDATE OF "request_id", "withdrawn_on", "withdrawn_by", "words", "id", "entry_id", "district_id", "hash" ON metering_read_request_withdrawn
BEGIN SELECT RAISE(ABORT, 'metering_read_request_withdrawn: rows are kept as they were written'); END
-- ;
CREATE TRIGGER metering_read_request_withdrawn_no_delete BEFORE DELETE ON metering_read_request_withdrawn
BEGIN SELECT RAISE(ABORT, 'metering_read_request_withdrawn: rows are never deleted'); END
-- ;
CREATE TRIGGER metering_read_request_withdrawn_no_replace BEFORE INSERT ON metering_read_request_withdrawn
WHEN EXISTS (SELECT 1 FROM metering_read_request_withdrawn WHERE ("id" = NEW."id") OR ("request_id" = NEW."request_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_read_request_withdrawn'); END
