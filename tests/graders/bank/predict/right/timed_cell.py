%%time
def predict(model, image_file):
    with torch.no_grad():
        p = F.softmax(model(process_input(image_file))[0], 0)
    v, i = p.topk(5)
    return [(classes[i[j]], i[j].item(), v[j].item()) for j in range(5)]
