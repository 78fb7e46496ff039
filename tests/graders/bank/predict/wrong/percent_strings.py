# not-triples
# fair 0.4
def predict(model, image_file):
    p, k = torch.softmax(model(process_input(image_file))[0], 0).topk(5)
    return [f"{classes[j]}: {100*q.item():.1f}%" for j, q in zip(k, p)]
