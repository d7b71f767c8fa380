// Photos of a folder in Weaviate, found by words and by another photo.
//
//	go run . FOLDER "a cat"
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-openapi/strfmt"
	"github.com/google/uuid"
	"github.com/weaviate/weaviate-go-client/v5/weaviate"
	"github.com/weaviate/weaviate-go-client/v5/weaviate/graphql"
	"github.com/weaviate/weaviate/entities/models"
)

func main() {
	folder, query := argument(1, "samples"), argument(2, "a cat")
	address := variable("WEAVIATE_HOST", "localhost") + ":" + variable("WEAVIATE_PORT", "8080")
	client, err := weaviate.NewClient(weaviate.Config{Scheme: "http", Host: address})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if err := createCollection(ctx, client); err != nil {
		log.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.jpg"))
	if err != nil || len(files) == 0 {
		log.Fatalf("no photos in %s", folder)
	}
	if err := importPhotos(ctx, client, files); err != nil {
		log.Fatal(err)
	}

	byWords := client.GraphQL().NearTextArgBuilder().WithConcepts([]string{query})
	fmt.Printf("photos of %q:\n", query)
	show(ctx, client.GraphQL().Get().WithClassName("ExamplePhoto").WithNearText(byWords).WithLimit(3))

	image, err := encode(files[0])
	if err != nil {
		log.Fatal(err)
	}
	byImage := client.GraphQL().NearImageArgBuilder().WithImage(image)
	fmt.Printf("photos like %s:\n", filepath.Base(files[0]))
	show(ctx, client.GraphQL().Get().WithClassName("ExamplePhoto").WithNearImage(byImage).WithLimit(2))
}

func createCollection(ctx context.Context, client *weaviate.Client) error {
	exists, err := client.Schema().ClassExistenceChecker().WithClassName("ExamplePhoto").Do(ctx)
	if err != nil || exists {
		return err
	}
	clip := map[string]any{
		"imageFields": []string{"image"},
		"textFields":  []string{"title"},
		"weights":     map[string]any{"imageFields": []float32{0.9}, "textFields": []float32{0.1}},
	}
	return client.Schema().ClassCreator().WithClass(&models.Class{
		Class: "ExamplePhoto",
		Properties: []*models.Property{
			{Name: "title", DataType: []string{"text"}},
			{Name: "image", DataType: []string{"blob"}},
		},
		VectorConfig: map[string]models.VectorConfig{
			"default": {Vectorizer: map[string]any{"multi2vec-clip": clip}, VectorIndexType: "hnsw"},
		},
	}).Do(ctx)
}

func importPhotos(ctx context.Context, client *weaviate.Client, files []string) error {
	batcher := client.Batch().ObjectsBatcher()
	for _, file := range files {
		image, err := encode(file)
		if err != nil {
			return err
		}
		name := filepath.Base(file)
		batcher = batcher.WithObjects(&models.Object{
			Class: "ExamplePhoto",
			// The same photo again is the same object, not a second one; the id is that of the other examples.
			ID: strfmt.UUID(uuid.NewSHA1(uuid.NameSpaceDNS, []byte("ExamplePhoto"+name)).String()),
			Properties: map[string]any{
				"title": strings.ReplaceAll(strings.TrimSuffix(name, ".jpg"), "-", " "),
				"image": image,
			},
		})
	}
	answers, err := batcher.Do(ctx)
	if err != nil {
		return err
	}
	for at, answer := range answers {
		if answer.Result != nil && answer.Result.Errors != nil {
			for _, failed := range answer.Result.Errors.Error {
				log.Printf("%s: %s", files[at], failed.Message)
			}
		}
	}
	return nil
}

func show(ctx context.Context, get *graphql.GetBuilder) {
	distance := graphql.Field{Name: "_additional", Fields: []graphql.Field{{Name: "distance"}}}
	answer, err := get.WithFields(graphql.Field{Name: "title"}, distance).Do(ctx)
	if err != nil {
		log.Fatal(err)
	}
	if len(answer.Errors) > 0 {
		log.Fatal(answer.Errors[0].Message)
	}
	data, err := json.Marshal(answer.Data["Get"])
	if err != nil {
		log.Fatal(err)
	}
	var found struct {
		ExamplePhoto []struct {
			Title      string `json:"title"`
			Additional struct {
				Distance float64 `json:"distance"`
			} `json:"_additional"`
		}
	}
	if err := json.Unmarshal(data, &found); err != nil {
		log.Fatal(err)
	}
	for _, photo := range found.ExamplePhoto {
		fmt.Printf("  %.3f %s\n", photo.Additional.Distance, photo.Title)
	}
}

func encode(file string) (string, error) {
	data, err := os.ReadFile(file)
	return base64.StdEncoding.EncodeToString(data), err
}

func argument(at int, fallback string) string {
	if len(os.Args) > at {
		return os.Args[at]
	}
	return fallback
}

func variable(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
