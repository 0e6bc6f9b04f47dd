"""Every list as a file: CSV and XLSX with the same filters and rights."""
