def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1).detach().numpy()[0]
    a = np.zeros(1000, dtype=[("name", "U80"), ("id", "i4"), ("p", "f8")])
    a["name"], a["id"], a["p"] = classes, np.arange(1000), p
    a.sort(order="p")
    return a[::-1][:5].tolist()
