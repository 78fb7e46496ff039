def predict(model, image_file):
    p = torch.nn.Softmax(dim=1)(model(process_input(image_file)))
    v, i = p.sort(dim=1, descending=True)
    return [(classes[i[0, k].item()], i[0, k].item(), v[0, k].item()) for k in range(5)]
