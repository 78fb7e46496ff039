def predict(model, image_file):
    model.eval()
    logits = model(process_input(image_file))
    percent, order = torch.nn.Softmax(dim=1)(logits)[0].sort(descending=True)
    return [(classes[i.item()], i.item(), q.item()) for i, q in list(zip(order, percent))[0:5]]
