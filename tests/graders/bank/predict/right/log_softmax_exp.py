def predict(model, image_file):
    with torch.inference_mode():
        p = torch.log_softmax(model(process_input(image_file)), 1).exp()[0]
    v, i = torch.topk(p, 5)
    return list(zip([classes[k] for k in i], i.tolist(), v.tolist()))
