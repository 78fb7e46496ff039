def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    p, found = p.detach().clone(), []
    for _ in range(5):
        k = int(p.argmax())
        found.append((classes[k], k, float(p[k])))
        p[k] = -1
    return found
