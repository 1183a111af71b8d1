CREATE TABLE journal_chain (
	id CHAR(32) NOT NULL, 
	number BIGINT NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_journal_chain PRIMARY KEY (id)
)
-- ;
CREATE TABLE journal_entry (
	id CHAR(32) NOT NULL, 
	chain_id CHAR(32) NOT NULL, 
	number BIGINT NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	operation TEXT NOT NULL, 
	actor_id CHAR(32) NOT NULL, 
	occurred_at DATETIME NOT NULL, 
	business_date DATE NOT NULL, 
	request_sha256 BLOB NOT NULL, 
	answer_sha256 BLOB NOT NULL, 
	rows BIGINT NOT NULL, 
	rows_digest BLOB NOT NULL, 
	changes_digest BLOB NOT NULL, 
	previous_hash BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_journal_entry PRIMARY KEY (id), 
	CONSTRAINT uq_journal_entry_chain_id_number UNIQUE (chain_id, number)
)
 WITHOUT ROWID
-- ;
CREATE TABLE journal_series (
	owner_id CHAR(32) NOT NULL, 
	kind TEXT NOT NULL, 
	year BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	CONSTRAINT pk_journal_series PRIMARY KEY (owner_id, kind, year)
)
-- ;
CREATE TABLE search_key (
	token TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	owner_kind TEXT NOT NULL, 
	owner_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	CONSTRAINT pk_search_key PRIMARY KEY (token, kind, owner_kind, owner_id)
)
 WITHOUT ROWID
-- ;
CREATE TABLE search_owner (
	owner_kind TEXT NOT NULL, 
	owner_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	number TEXT NOT NULL, 
	title TEXT NOT NULL, 
	subtitle TEXT NOT NULL, 
	CONSTRAINT pk_search_owner PRIMARY KEY (owner_kind, owner_id)
)
-- ;
CREATE TABLE journal_change (
	entry_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	table_name TEXT NOT NULL, 
	row_id CHAR(32) NOT NULL, 
	field TEXT NOT NULL, 
	"before" TEXT, 
	"after" TEXT, 
	CONSTRAINT pk_journal_change PRIMARY KEY (entry_id, position), 
	CONSTRAINT fk_journal_change_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_journal_change_row_id ON journal_change (row_id)
-- ;
CREATE TABLE journal_text (
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	request TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	CONSTRAINT pk_journal_text PRIMARY KEY (entry_id), 
	CONSTRAINT fk_journal_text_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id)
)
-- ;
CREATE TABLE ledger_account (
	role VARCHAR(32) NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_account PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_account_role UNIQUE (role), 
	CONSTRAINT uq_ledger_account_code UNIQUE (code), 
	CONSTRAINT fk_ledger_account_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_account_entry_id ON ledger_account (entry_id)
-- ;
CREATE TABLE metering_meter (
	serial_number TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_meter PRIMARY KEY (id), 
	CONSTRAINT uq_metering_meter_serial_number UNIQUE (serial_number), 
	CONSTRAINT fk_metering_meter_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_meter_entry_id ON metering_meter (entry_id)
-- ;
CREATE TABLE papers_print_job (
	kind TEXT NOT NULL, 
	number TEXT NOT NULL, 
	owner_id CHAR(32) NOT NULL, 
	copy BIGINT NOT NULL, 
	asked_at DATETIME NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_papers_print_job PRIMARY KEY (id), 
	CONSTRAINT uq_papers_print_job_kind_number_copy UNIQUE (kind, number, copy), 
	CONSTRAINT fk_papers_print_job_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_papers_print_job_entry_id ON papers_print_job (entry_id)
-- ;
CREATE TABLE parties_party (
	kind VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	language TEXT NOT NULL, 
	debtor_type VARCHAR(32) NOT NULL, 
	phone TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_parties_party PRIMARY KEY (id), 
	CONSTRAINT fk_parties_party_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_parties_party_entry_id ON parties_party (entry_id)
-- ;
CREATE TABLE premises_premise (
	postcode TEXT NOT NULL, 
	region TEXT NOT NULL, 
	address TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_premises_premise PRIMARY KEY (id), 
	CONSTRAINT fk_premises_premise_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_premises_premise_entry_id ON premises_premise (entry_id)
-- ;
CREATE TABLE staff_district (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_staff_district PRIMARY KEY (id), 
	CONSTRAINT uq_staff_district_code UNIQUE (code), 
	CONSTRAINT fk_staff_district_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_district_entry_id ON staff_district (entry_id)
-- ;
CREATE TABLE staff_hall (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	company TEXT NOT NULL, 
	address TEXT NOT NULL, 
	hotline TEXT NOT NULL, 
	country TEXT NOT NULL, 
	practice_date DATE, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_staff_hall PRIMARY KEY (id), 
	CONSTRAINT uq_staff_hall_code UNIQUE (code), 
	CONSTRAINT fk_staff_hall_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_hall_entry_id ON staff_hall (entry_id)
-- ;
CREATE TABLE staff_role (
	code TEXT NOT NULL, 
	permissions TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_staff_role PRIMARY KEY (id), 
	CONSTRAINT uq_staff_role_code UNIQUE (code), 
	CONSTRAINT fk_staff_role_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_role_entry_id ON staff_role (entry_id)
-- ;
CREATE TABLE staff_user (
	login TEXT NOT NULL, 
	name TEXT NOT NULL, 
	language TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	failures BIGINT NOT NULL, 
	locked_until DATETIME, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_staff_user PRIMARY KEY (id), 
	CONSTRAINT uq_staff_user_login UNIQUE (login), 
	CONSTRAINT fk_staff_user_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_user_entry_id ON staff_user (entry_id)
-- ;
CREATE TABLE tariffs_tariff (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	use_class TEXT NOT NULL, 
	customer_class TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_tariffs_tariff PRIMARY KEY (id), 
	CONSTRAINT uq_tariffs_tariff_code UNIQUE (code), 
	CONSTRAINT fk_tariffs_tariff_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_tariffs_tariff_entry_id ON tariffs_tariff (entry_id)
-- ;
CREATE TABLE billing_run (
	number TEXT NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	hall_id CHAR(32) NOT NULL, 
	period_start DATE NOT NULL, 
	period_end DATE NOT NULL, 
	started_at DATETIME NOT NULL, 
	started_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_run PRIMARY KEY (id), 
	CONSTRAINT uq_billing_run_number UNIQUE (number), 
	CONSTRAINT fk_billing_run_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_billing_run_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_run_entry_id ON billing_run (entry_id)
-- ;
CREATE TABLE ledger_contract_account (
	number TEXT NOT NULL, 
	party_id CHAR(32) NOT NULL, 
	hall_id CHAR(32) NOT NULL, 
	owed BIGINT NOT NULL, 
	credit BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_contract_account PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_contract_account_credit CHECK (credit >= 0), 
	CONSTRAINT uq_ledger_contract_account_number UNIQUE (number), 
	CONSTRAINT fk_ledger_contract_account_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_ledger_contract_account_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_ledger_contract_account_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_contract_account_entry_id ON ledger_contract_account (entry_id)
-- ;
CREATE INDEX ix_ledger_contract_account_party_id ON ledger_contract_account (party_id)
-- ;
CREATE TABLE metering_register (
	meter_id CHAR(32) NOT NULL, 
	code VARCHAR(32) NOT NULL, 
	unit TEXT NOT NULL, 
	digits BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_register PRIMARY KEY (id), 
	CONSTRAINT uq_metering_register_meter_id_code UNIQUE (meter_id, code), 
	CONSTRAINT fk_metering_register_meter_id FOREIGN KEY(meter_id) REFERENCES metering_meter (id), 
	CONSTRAINT fk_metering_register_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_register_entry_id ON metering_register (entry_id)
-- ;
CREATE TABLE metering_route (
	code TEXT NOT NULL, 
	hall_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_route PRIMARY KEY (id), 
	CONSTRAINT uq_metering_route_code UNIQUE (code), 
	CONSTRAINT fk_metering_route_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_metering_route_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_route_entry_id ON metering_route (entry_id)
-- ;
CREATE TABLE parties_role (
	party_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_parties_role PRIMARY KEY (id), 
	CONSTRAINT uq_parties_role_party_id_kind UNIQUE (party_id, kind), 
	CONSTRAINT fk_parties_role_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_parties_role_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_parties_role_entry_id ON parties_role (entry_id)
-- ;
CREATE TABLE premises_service_point (
	premise_id CHAR(32) NOT NULL, 
	supply_state VARCHAR(32) NOT NULL, 
	voltage TEXT NOT NULL, 
	feeder_code TEXT NOT NULL, 
	transformer_code TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_premises_service_point PRIMARY KEY (id), 
	CONSTRAINT fk_premises_service_point_premise_id FOREIGN KEY(premise_id) REFERENCES premises_premise (id), 
	CONSTRAINT fk_premises_service_point_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_premises_service_point_entry_id ON premises_service_point (entry_id)
-- ;
CREATE INDEX ix_premises_service_point_premise_id ON premises_service_point (premise_id)
-- ;
CREATE TABLE staff_grant (
	user_id CHAR(32) NOT NULL, 
	role_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_staff_grant PRIMARY KEY (id), 
	CONSTRAINT uq_staff_grant_user_id_role_id UNIQUE (user_id, role_id), 
	CONSTRAINT fk_staff_grant_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_grant_role_id FOREIGN KEY(role_id) REFERENCES staff_role (id), 
	CONSTRAINT fk_staff_grant_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_grant_entry_id ON staff_grant (entry_id)
-- ;
CREATE TABLE staff_station (
	hall_id CHAR(32) NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_staff_station PRIMARY KEY (id), 
	CONSTRAINT fk_staff_station_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT uq_staff_station_code UNIQUE (code), 
	CONSTRAINT fk_staff_station_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_station_entry_id ON staff_station (entry_id)
-- ;
CREATE TABLE tariffs_version (
	tariff_id CHAR(32) NOT NULL, 
	code TEXT NOT NULL, 
	notice TEXT NOT NULL, 
	source TEXT NOT NULL, 
	decimals BIGINT NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	content_sha256 BLOB NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_tariffs_version PRIMARY KEY (id), 
	CONSTRAINT uq_tariffs_version_tariff_id_valid_from UNIQUE (tariff_id, valid_from), 
	CONSTRAINT uq_tariffs_version_code UNIQUE (code), 
	CONSTRAINT fk_tariffs_version_tariff_id FOREIGN KEY(tariff_id) REFERENCES tariffs_tariff (id), 
	CONSTRAINT fk_tariffs_version_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_tariffs_version_entry_id ON tariffs_version (entry_id)
-- ;
CREATE TABLE billing_draft (
	run_id CHAR(32) NOT NULL, 
	contract_account_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	energy BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	energy_before BIGINT, 
	input_hash BLOB, 
	reason TEXT, 
	CONSTRAINT pk_billing_draft PRIMARY KEY (run_id, contract_account_id), 
	CONSTRAINT fk_billing_draft_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_draft_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id)
)
-- ;
CREATE TABLE contracts_contract (
	number TEXT NOT NULL, 
	hall_id CHAR(32) NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	service VARCHAR(32) NOT NULL, 
	contract_account_id CHAR(32) NOT NULL, 
	service_point_id CHAR(32) NOT NULL, 
	tariff_id CHAR(32) NOT NULL, 
	customer_class TEXT NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_contracts_contract PRIMARY KEY (id), 
	CONSTRAINT uq_contracts_contract_number UNIQUE (number), 
	CONSTRAINT fk_contracts_contract_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_contracts_contract_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_contracts_contract_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_contracts_contract_tariff_id FOREIGN KEY(tariff_id) REFERENCES tariffs_tariff (id), 
	CONSTRAINT fk_contracts_contract_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_contracts_contract_contract_account_id ON contracts_contract (contract_account_id)
-- ;
CREATE INDEX ix_contracts_contract_entry_id ON contracts_contract (entry_id)
-- ;
CREATE INDEX ix_contracts_contract_service_point_id ON contracts_contract (service_point_id)
-- ;
CREATE UNIQUE INDEX uq_contracts_contract_in_force ON contracts_contract (service_point_id, service) WHERE valid_to IS NULL
-- ;
CREATE TABLE counter_till (
	station_id CHAR(32) NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_till PRIMARY KEY (id), 
	CONSTRAINT uq_counter_till_station_id UNIQUE (station_id), 
	CONSTRAINT fk_counter_till_station_id FOREIGN KEY(station_id) REFERENCES staff_station (id), 
	CONSTRAINT uq_counter_till_code UNIQUE (code), 
	CONSTRAINT fk_counter_till_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_counter_till_entry_id ON counter_till (entry_id)
-- ;
CREATE TABLE ledger_posting (
	posting_set_id CHAR(32) NOT NULL, 
	ledger_account_id CHAR(32) NOT NULL, 
	contract_account_id CHAR(32), 
	amount BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_posting PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_posting_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_ledger_posting_ledger_account_id FOREIGN KEY(ledger_account_id) REFERENCES ledger_account (id), 
	CONSTRAINT fk_ledger_posting_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_ledger_posting_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_posting_contract_account_id ON ledger_posting (contract_account_id)
-- ;
CREATE INDEX ix_ledger_posting_entry_id ON ledger_posting (entry_id)
-- ;
CREATE INDEX ix_ledger_posting_posting_set_id ON ledger_posting (posting_set_id)
-- ;
CREATE TABLE metering_installation (
	meter_id CHAR(32) NOT NULL, 
	service_point_id CHAR(32) NOT NULL, 
	multiplier BIGINT NOT NULL, 
	installed_on DATE NOT NULL, 
	removed_on DATE, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_installation PRIMARY KEY (id), 
	CONSTRAINT fk_metering_installation_meter_id FOREIGN KEY(meter_id) REFERENCES metering_meter (id), 
	CONSTRAINT fk_metering_installation_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_metering_installation_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_installation_entry_id ON metering_installation (entry_id)
-- ;
CREATE INDEX ix_metering_installation_meter ON metering_installation (meter_id)
-- ;
CREATE INDEX ix_metering_installation_service_point_id ON metering_installation (service_point_id)
-- ;
CREATE UNIQUE INDEX uq_metering_installation_one_meter ON metering_installation (service_point_id) WHERE removed_on IS NULL
-- ;
CREATE TABLE metering_read (
	register_id CHAR(32) NOT NULL, 
	read_on DATE NOT NULL, 
	read_at DATETIME NOT NULL, 
	value BIGINT NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	source VARCHAR(32) NOT NULL, 
	reader TEXT NOT NULL, 
	rollover BOOLEAN NOT NULL, 
	origin TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_read PRIMARY KEY (id), 
	CONSTRAINT uq_metering_read_register_id_read_on_reason UNIQUE (register_id, read_on, reason), 
	CONSTRAINT fk_metering_read_register_id FOREIGN KEY(register_id) REFERENCES metering_register (id), 
	CONSTRAINT fk_metering_read_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_metering_read_entry_id ON metering_read (entry_id)
-- ;
CREATE TABLE metering_route_stop (
	route_id CHAR(32) NOT NULL, 
	service_point_id CHAR(32) NOT NULL, 
	account_number TEXT NOT NULL, 
	position BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_route_stop PRIMARY KEY (id), 
	CONSTRAINT uq_metering_route_stop_route_id_position UNIQUE (route_id, position), 
	CONSTRAINT fk_metering_route_stop_route_id FOREIGN KEY(route_id) REFERENCES metering_route (id), 
	CONSTRAINT uq_metering_route_stop_service_point_id UNIQUE (service_point_id), 
	CONSTRAINT fk_metering_route_stop_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_metering_route_stop_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_route_stop_account_number ON metering_route_stop (account_number)
-- ;
CREATE INDEX ix_metering_route_stop_entry_id ON metering_route_stop (entry_id)
-- ;
CREATE TABLE tariffs_component (
	version_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	code TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	price_origin VARCHAR(32) NOT NULL, 
	parameters TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_tariffs_component PRIMARY KEY (id), 
	CONSTRAINT uq_tariffs_component_version_id_position UNIQUE (version_id, position), 
	CONSTRAINT fk_tariffs_component_version_id FOREIGN KEY(version_id) REFERENCES tariffs_version (id), 
	CONSTRAINT fk_tariffs_component_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_tariffs_component_entry_id ON tariffs_component (entry_id)
-- ;
CREATE TABLE counter_till_session (
	till_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	opening_float BIGINT NOT NULL, 
	closed_at DATETIME, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_till_session PRIMARY KEY (id), 
	CONSTRAINT fk_counter_till_session_till_id FOREIGN KEY(till_id) REFERENCES counter_till (id), 
	CONSTRAINT fk_counter_till_session_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_counter_till_session_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_counter_till_session_entry_id ON counter_till_session (entry_id)
-- ;
CREATE UNIQUE INDEX uq_counter_till_session_open ON counter_till_session (till_id) WHERE closed_at IS NULL
-- ;
CREATE TABLE ledger_open_item (
	contract_account_id CHAR(32) NOT NULL, 
	posting_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	source_number TEXT NOT NULL, 
	month DATE NOT NULL, 
	energy BIGINT, 
	due_on DATE NOT NULL, 
	customer_class TEXT NOT NULL, 
	rule_set TEXT NOT NULL, 
	amount BIGINT NOT NULL, 
	remaining BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_open_item PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_open_item_remaining CHECK (amount > 0 AND remaining >= 0 AND remaining <= amount), 
	CONSTRAINT fk_ledger_open_item_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_ledger_open_item_posting_id FOREIGN KEY(posting_id) REFERENCES ledger_posting (id), 
	CONSTRAINT fk_ledger_open_item_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_open_item_contract_account_id ON ledger_open_item (contract_account_id)
-- ;
CREATE INDEX ix_ledger_open_item_entry_id ON ledger_open_item (entry_id)
-- ;
CREATE INDEX ix_ledger_open_item_open ON ledger_open_item (contract_account_id) WHERE remaining > 0
-- ;
CREATE INDEX ix_ledger_open_item_source_number ON ledger_open_item (source_number)
-- ;
CREATE TABLE ledger_posting_set (
	kind TEXT NOT NULL, 
	posted_on DATE NOT NULL, 
	reverses_id CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_posting_set PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_posting_set_reverses_id UNIQUE (reverses_id), 
	CONSTRAINT fk_ledger_posting_set_reverses_id FOREIGN KEY(reverses_id) REFERENCES ledger_posting_set (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_ledger_posting_set_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_posting_set_entry_id ON ledger_posting_set (entry_id)
-- ;
CREATE TABLE billing_bill (
	number TEXT NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	run_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	contract_account_id CHAR(32) NOT NULL, 
	contract_id CHAR(32) NOT NULL, 
	tariff_version_id CHAR(32) NOT NULL, 
	posting_set_id CHAR(32), 
	kind VARCHAR(32) NOT NULL, 
	period_start DATE NOT NULL, 
	period_end DATE NOT NULL, 
	issued_on DATE NOT NULL, 
	due_on DATE NOT NULL, 
	energy BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	tax BIGINT NOT NULL, 
	tax_percent BIGINT NOT NULL, 
	arrears BIGINT NOT NULL, 
	credit BIGINT NOT NULL, 
	trace TEXT NOT NULL, 
	rebill_of CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_bill PRIMARY KEY (id), 
	CONSTRAINT uq_billing_bill_number UNIQUE (number), 
	CONSTRAINT fk_billing_bill_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_bill_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_billing_bill_contract_id FOREIGN KEY(contract_id) REFERENCES contracts_contract (id), 
	CONSTRAINT fk_billing_bill_tariff_version_id FOREIGN KEY(tariff_version_id) REFERENCES tariffs_version (id), 
	CONSTRAINT fk_billing_bill_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_billing_bill_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_bill_contract_account_id ON billing_bill (contract_account_id)
-- ;
CREATE INDEX ix_billing_bill_entry_id ON billing_bill (entry_id)
-- ;
CREATE INDEX ix_billing_bill_run_id ON billing_bill (run_id)
-- ;
CREATE UNIQUE INDEX uq_billing_bill_one_live ON billing_bill (contract_account_id, period_start, kind) WHERE rebill_of IS NULL
-- ;
CREATE TABLE counter_payment (
	till_session_id CHAR(32) NOT NULL, 
	contract_account_id CHAR(32) NOT NULL, 
	posting_set_id CHAR(32) NOT NULL, 
	paid_at DATETIME NOT NULL, 
	amount BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_payment PRIMARY KEY (id), 
	CONSTRAINT ck_counter_payment_amount CHECK (amount > 0), 
	CONSTRAINT fk_counter_payment_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_payment_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_counter_payment_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_payment_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_payment_contract_account_id ON counter_payment (contract_account_id)
-- ;
CREATE INDEX ix_counter_payment_entry_id ON counter_payment (entry_id)
-- ;
CREATE INDEX ix_counter_payment_till_session_id ON counter_payment (till_session_id)
-- ;
CREATE TABLE ledger_clearing (
	open_item_id CHAR(32) NOT NULL, 
	posting_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	cleared_on DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	reverses_id CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_clearing PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_clearing_open_item_id FOREIGN KEY(open_item_id) REFERENCES ledger_open_item (id), 
	CONSTRAINT fk_ledger_clearing_posting_id FOREIGN KEY(posting_id) REFERENCES ledger_posting (id), 
	CONSTRAINT uq_ledger_clearing_reverses_id UNIQUE (reverses_id), 
	CONSTRAINT fk_ledger_clearing_reverses_id FOREIGN KEY(reverses_id) REFERENCES ledger_clearing (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_ledger_clearing_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_clearing_entry_id ON ledger_clearing (entry_id)
-- ;
CREATE INDEX ix_ledger_clearing_open_item_id ON ledger_clearing (open_item_id)
-- ;
CREATE INDEX ix_ledger_clearing_posting_id ON ledger_clearing (posting_id)
-- ;
CREATE TABLE billing_line (
	bill_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	component BIGINT NOT NULL, 
	band BIGINT NOT NULL, 
	tier BIGINT NOT NULL, 
	energy BIGINT NOT NULL, 
	price BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_line PRIMARY KEY (id), 
	CONSTRAINT uq_billing_line_bill_id_position UNIQUE (bill_id, position), 
	CONSTRAINT fk_billing_line_bill_id FOREIGN KEY(bill_id) REFERENCES billing_bill (id), 
	CONSTRAINT fk_billing_line_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_line_entry_id ON billing_line (entry_id)
-- ;
CREATE TABLE counter_receipt (
	payment_id CHAR(32) NOT NULL, 
	station_id CHAR(32) NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_receipt PRIMARY KEY (id), 
	CONSTRAINT uq_counter_receipt_station_id_year_running UNIQUE (station_id, year, running), 
	CONSTRAINT uq_counter_receipt_payment_id UNIQUE (payment_id), 
	CONSTRAINT fk_counter_receipt_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_counter_receipt_station_id FOREIGN KEY(station_id) REFERENCES staff_station (id), 
	CONSTRAINT uq_counter_receipt_number UNIQUE (number), 
	CONSTRAINT fk_counter_receipt_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_receipt_entry_id ON counter_receipt (entry_id)
-- ;
CREATE TABLE counter_tender (
	payment_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	reference TEXT NOT NULL, 
	given BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_tender PRIMARY KEY (id), 
	CONSTRAINT ck_counter_tender_given CHECK (amount > 0 AND given >= amount), 
	CONSTRAINT fk_counter_tender_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_counter_tender_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_tender_entry_id ON counter_tender (entry_id)
-- ;
CREATE INDEX ix_counter_tender_payment_id ON counter_tender (payment_id)
-- ;
CREATE TRIGGER journal_entry_no_update BEFORE UPDATE OF "id", "chain_id", "number", "district_id", "operation", "actor_id", "occurred_at", "business_date", "request_sha256", "answer_sha256", "rows", "rows_digest", "changes_digest", "previous_hash", "hash" ON journal_entry
BEGIN SELECT RAISE(ABORT, 'journal_entry: rows are kept as they were written'); END
-- ;
CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry
BEGIN SELECT RAISE(ABORT, 'journal_entry: rows are never deleted'); END
-- ;
CREATE TRIGGER journal_entry_no_replace BEFORE INSERT ON journal_entry
WHEN EXISTS (SELECT 1 FROM journal_entry WHERE ("chain_id" = NEW."chain_id" AND "number" = NEW."number") OR ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: journal_entry'); END
-- ;
CREATE TRIGGER journal_change_no_update BEFORE UPDATE OF "entry_id", "position", "district_id", "table_name", "row_id", "field", "before", "after" ON journal_change
BEGIN SELECT RAISE(ABORT, 'journal_change: rows are kept as they were written'); END
-- ;
CREATE TRIGGER journal_change_no_delete BEFORE DELETE ON journal_change
BEGIN SELECT RAISE(ABORT, 'journal_change: rows are never deleted'); END
-- ;
CREATE TRIGGER journal_change_no_replace BEFORE INSERT ON journal_change
WHEN EXISTS (SELECT 1 FROM journal_change WHERE ("entry_id" = NEW."entry_id" AND "position" = NEW."position"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: journal_change'); END
-- ;
CREATE TRIGGER billing_bill_no_update BEFORE UPDATE OF "number", "year", "running", "run_id", "position", "contract_account_id", "contract_id", "tariff_version_id", "posting_set_id", "kind", "period_start", "period_end", "issued_on", "due_on", "energy", "amount", "tax", "tax_percent", "arrears", "credit", "trace", "rebill_of", "id", "entry_id", "district_id", "hash" ON billing_bill
BEGIN SELECT RAISE(ABORT, 'billing_bill: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_bill_no_delete BEFORE DELETE ON billing_bill
BEGIN SELECT RAISE(ABORT, 'billing_bill: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_bill_no_replace BEFORE INSERT ON billing_bill
WHEN EXISTS (SELECT 1 FROM billing_bill WHERE ("id" = NEW."id") OR ("number" = NEW."number") OR ("contract_account_id" = NEW."contract_account_id" AND "period_start" = NEW."period_start" AND "kind" = NEW."kind" AND rebill_of IS NULL AND rebill_of IS NULL))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_bill'); END
-- ;
CREATE TRIGGER billing_line_no_update BEFORE UPDATE OF "bill_id", "position", "component", "band", "tier", "energy", "price", "amount", "id", "entry_id", "district_id", "hash" ON billing_line
BEGIN SELECT RAISE(ABORT, 'billing_line: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_line_no_delete BEFORE DELETE ON billing_line
BEGIN SELECT RAISE(ABORT, 'billing_line: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_line_no_replace BEFORE INSERT ON billing_line
WHEN EXISTS (SELECT 1 FROM billing_line WHERE ("bill_id" = NEW."bill_id" AND "position" = NEW."position") OR ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_line'); END
-- ;
CREATE TRIGGER billing_run_no_update BEFORE UPDATE OF "number", "year", "running", "hall_id", "period_start", "period_end", "started_at", "started_by", "id", "entry_id", "district_id", "hash" ON billing_run
BEGIN SELECT RAISE(ABORT, 'billing_run: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_run_no_delete BEFORE DELETE ON billing_run
BEGIN SELECT RAISE(ABORT, 'billing_run: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_run_no_replace BEFORE INSERT ON billing_run
WHEN EXISTS (SELECT 1 FROM billing_run WHERE ("id" = NEW."id") OR ("number" = NEW."number"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_run'); END
-- ;
CREATE TRIGGER counter_payment_no_update BEFORE UPDATE OF "till_session_id", "contract_account_id", "posting_set_id", "paid_at", "amount", "id", "entry_id", "district_id", "hash" ON counter_payment
BEGIN SELECT RAISE(ABORT, 'counter_payment: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_payment_no_delete BEFORE DELETE ON counter_payment
BEGIN SELECT RAISE(ABORT, 'counter_payment: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_payment_no_replace BEFORE INSERT ON counter_payment
WHEN EXISTS (SELECT 1 FROM counter_payment WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_payment'); END
-- ;
CREATE TRIGGER counter_receipt_no_update BEFORE UPDATE OF "payment_id", "station_id", "year", "running", "number", "content", "id", "entry_id", "district_id", "hash" ON counter_receipt
BEGIN SELECT RAISE(ABORT, 'counter_receipt: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_receipt_no_delete BEFORE DELETE ON counter_receipt
BEGIN SELECT RAISE(ABORT, 'counter_receipt: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_receipt_no_replace BEFORE INSERT ON counter_receipt
WHEN EXISTS (SELECT 1 FROM counter_receipt WHERE ("id" = NEW."id") OR ("number" = NEW."number") OR ("payment_id" = NEW."payment_id") OR ("station_id" = NEW."station_id" AND "year" = NEW."year" AND "running" = NEW."running"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_receipt'); END
-- ;
CREATE TRIGGER counter_tender_no_update BEFORE UPDATE OF "payment_id", "kind", "reference", "given", "amount", "id", "entry_id", "district_id", "hash" ON counter_tender
BEGIN SELECT RAISE(ABORT, 'counter_tender: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_tender_no_delete BEFORE DELETE ON counter_tender
BEGIN SELECT RAISE(ABORT, 'counter_tender: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_tender_no_replace BEFORE INSERT ON counter_tender
WHEN EXISTS (SELECT 1 FROM counter_tender WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_tender'); END
-- ;
CREATE TRIGGER ledger_clearing_no_update BEFORE UPDATE OF "open_item_id", "posting_id", "kind", "cleared_on", "amount", "reverses_id", "id", "entry_id", "district_id", "hash" ON ledger_clearing
BEGIN SELECT RAISE(ABORT, 'ledger_clearing: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_clearing_no_delete BEFORE DELETE ON ledger_clearing
BEGIN SELECT RAISE(ABORT, 'ledger_clearing: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_clearing_no_replace BEFORE INSERT ON ledger_clearing
WHEN EXISTS (SELECT 1 FROM ledger_clearing WHERE ("id" = NEW."id") OR ("reverses_id" = NEW."reverses_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_clearing'); END
-- ;
CREATE TRIGGER ledger_open_item_no_update BEFORE UPDATE OF "contract_account_id", "posting_id", "kind", "source_number", "month", "energy", "due_on", "customer_class", "rule_set", "amount", "id", "entry_id", "district_id", "hash" ON ledger_open_item
BEGIN SELECT RAISE(ABORT, 'ledger_open_item: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_open_item_no_delete BEFORE DELETE ON ledger_open_item
BEGIN SELECT RAISE(ABORT, 'ledger_open_item: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_open_item_no_replace BEFORE INSERT ON ledger_open_item
WHEN EXISTS (SELECT 1 FROM ledger_open_item WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_open_item'); END
-- ;
CREATE TRIGGER ledger_posting_no_update BEFORE UPDATE OF "posting_set_id", "ledger_account_id", "contract_account_id", "amount", "id", "entry_id", "district_id", "hash" ON ledger_posting
BEGIN SELECT RAISE(ABORT, 'ledger_posting: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_posting_no_delete BEFORE DELETE ON ledger_posting
BEGIN SELECT RAISE(ABORT, 'ledger_posting: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_posting_no_replace BEFORE INSERT ON ledger_posting
WHEN EXISTS (SELECT 1 FROM ledger_posting WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_posting'); END
-- ;
CREATE TRIGGER ledger_posting_set_no_update BEFORE UPDATE OF "kind", "posted_on", "reverses_id", "id", "entry_id", "district_id", "hash" ON ledger_posting_set
BEGIN SELECT RAISE(ABORT, 'ledger_posting_set: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_posting_set_no_delete BEFORE DELETE ON ledger_posting_set
BEGIN SELECT RAISE(ABORT, 'ledger_posting_set: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_posting_set_no_replace BEFORE INSERT ON ledger_posting_set
WHEN EXISTS (SELECT 1 FROM ledger_posting_set WHERE ("id" = NEW."id") OR ("reverses_id" = NEW."reverses_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_posting_set'); END
-- ;
CREATE TRIGGER metering_read_no_update BEFORE UPDATE OF "register_id", "read_on", "read_at", "value", "reason", "source", "reader", "rollover", "origin", "id", "entry_id", "district_id", "hash" ON metering_read
BEGIN SELECT RAISE(ABORT, 'metering_read: rows are kept as they were written'); END
-- ;
CREATE TRIGGER metering_read_no_delete BEFORE DELETE ON metering_read
BEGIN SELECT RAISE(ABORT, 'metering_read: rows are never deleted'); END
-- ;
CREATE TRIGGER metering_read_no_replace BEFORE INSERT ON metering_read
WHEN EXISTS (SELECT 1 FROM metering_read WHERE ("id" = NEW."id") OR ("register_id" = NEW."register_id" AND "read_on" = NEW."read_on" AND "reason" = NEW."reason"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_read'); END
-- ;
CREATE TRIGGER papers_print_job_no_update BEFORE UPDATE OF "kind", "number", "owner_id", "copy", "asked_at", "id", "entry_id", "district_id", "hash" ON papers_print_job
BEGIN SELECT RAISE(ABORT, 'papers_print_job: rows are kept as they were written'); END
-- ;
CREATE TRIGGER papers_print_job_no_delete BEFORE DELETE ON papers_print_job
BEGIN SELECT RAISE(ABORT, 'papers_print_job: rows are never deleted'); END
-- ;
CREATE TRIGGER papers_print_job_no_replace BEFORE INSERT ON papers_print_job
WHEN EXISTS (SELECT 1 FROM papers_print_job WHERE ("id" = NEW."id") OR ("kind" = NEW."kind" AND "number" = NEW."number" AND "copy" = NEW."copy"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: papers_print_job'); END
-- ;
CREATE TRIGGER tariffs_component_no_update BEFORE UPDATE OF "version_id", "position", "code", "kind", "price_origin", "parameters", "id", "entry_id", "district_id", "hash" ON tariffs_component
BEGIN SELECT RAISE(ABORT, 'tariffs_component: rows are kept as they were written'); END
-- ;
CREATE TRIGGER tariffs_component_no_delete BEFORE DELETE ON tariffs_component
BEGIN SELECT RAISE(ABORT, 'tariffs_component: rows are never deleted'); END
-- ;
CREATE TRIGGER tariffs_component_no_replace BEFORE INSERT ON tariffs_component
WHEN EXISTS (SELECT 1 FROM tariffs_component WHERE ("id" = NEW."id") OR ("version_id" = NEW."version_id" AND "position" = NEW."position"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: tariffs_component'); END
-- ;
CREATE TRIGGER tariffs_version_no_update BEFORE UPDATE OF "tariff_id", "code", "notice", "source", "decimals", "valid_from", "valid_to", "content_sha256", "id", "entry_id", "district_id", "hash" ON tariffs_version
BEGIN SELECT RAISE(ABORT, 'tariffs_version: rows are kept as they were written'); END
-- ;
CREATE TRIGGER tariffs_version_no_delete BEFORE DELETE ON tariffs_version
BEGIN SELECT RAISE(ABORT, 'tariffs_version: rows are never deleted'); END
-- ;
CREATE TRIGGER tariffs_version_no_replace BEFORE INSERT ON tariffs_version
WHEN EXISTS (SELECT 1 FROM tariffs_version WHERE ("code" = NEW."code") OR ("id" = NEW."id") OR ("tariff_id" = NEW."tariff_id" AND "valid_from" = NEW."valid_from"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: tariffs_version'); END
-- ;
CREATE TRIGGER ledger_posting_late BEFORE INSERT ON ledger_posting
WHEN EXISTS (SELECT 1 FROM ledger_posting_set WHERE id = NEW.posting_set_id)
BEGIN SELECT RAISE(ABORT, 'ledger_posting: its posting set is closed'); END
-- ;
CREATE TRIGGER ledger_posting_set_sum AFTER INSERT ON ledger_posting_set
WHEN (SELECT coalesce(sum(amount), 1) <> 0 OR count(*) < 2 FROM ledger_posting WHERE posting_set_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'ledger_posting_set: its postings do not sum to zero'); END
