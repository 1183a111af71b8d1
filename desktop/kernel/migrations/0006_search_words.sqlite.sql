DROP TABLE search_key
-- ;
DROP TABLE search_owner
-- ;
CREATE TABLE search_key (
	owner_kind TEXT NOT NULL, 
	token TEXT NOT NULL, 
	owner_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	CONSTRAINT pk_search_key PRIMARY KEY (owner_kind, token, owner_id)
)
 WITHOUT ROWID
-- ;
CREATE TABLE search_owner (
	owner_id CHAR(32) NOT NULL, 
	owner_kind TEXT NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	party_id CHAR(32), 
	number TEXT NOT NULL, 
	title TEXT NOT NULL, 
	subtitle TEXT NOT NULL, 
	words TEXT NOT NULL, 
	CONSTRAINT pk_search_owner PRIMARY KEY (owner_id)
)
-- ;
CREATE INDEX ix_search_owner_party_id ON search_owner (party_id)
