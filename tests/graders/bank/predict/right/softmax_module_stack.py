def predict(model, image_file):
    was = model.training
    model.eval()
    batch = torch.stack([process_input(image_file)[0]])
    with torch.inference_mode():
        probs = torch.nn.Softmax(dim=-1)(model(batch)).squeeze(0)
    model.train(was)
    order = torch.argsort(probs, descending=True)[:5]
    out = []
    for idx in order:
        idx = idx.item()
        out.append((classes[idx], idx, probs[idx].item()))
    return out
