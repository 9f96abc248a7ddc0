"""The city, its districts (kecamatan) and wards (kelurahan). May import core."""
