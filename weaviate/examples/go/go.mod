module handspring.example/search

go 1.24
