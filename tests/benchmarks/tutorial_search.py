"""A search as a tutorial would write it: the baseline of cold and warm searches.

Arguments: the folder of the model, the prepared FAISS file, the chunks as JSON, the query.
"""

import json
import sys

import faiss
from sentence_transformers import SentenceTransformer


def main() -> None:
    model_folder, index_file, chunks_file, query = sys.argv[1:]
    model = SentenceTransformer(model_folder, device="cpu")
    index = faiss.read_index(index_file)
    with open(chunks_file, encoding="utf-8") as file:
        chunks = json.load(file)
    vector = model.encode([query], normalize_embeddings=True)
    scores, rows = index.search(vector, 10)
    for score, row in zip(scores[0], rows[0], strict=True):
        chunk = chunks[row]
        print(f"{score:.3f}  {chunk['path']}:{chunk['start']}")
        print(f"       {chunk['text'][:200]}")


if __name__ == "__main__":
    main()
